package dev.tollgate.gateway.door;

/// How the asking gateway describes the original request, and which answers it understands. Only the fields of the
/// style that is set are read: the others could come from the client.
public enum CheckStyle {
    /// nginx's `auth_request`: any refusal but 401 must be a 403.
    AUTH_REQUEST("X-Original-Method", "X-Original-URI"),
    /// Traefik's `forwardAuth` and Caddy's `forward_auth`, which pass on whatever they are answered.
    FORWARD_AUTH("X-Forwarded-Method", "X-Forwarded-Uri");

    private final String methodField;
    private final String targetField;

    CheckStyle(String methodField, String targetField) {
        this.methodField = methodField;
        this.targetField = targetField;
    }

    public String methodField() {
        return methodField;
    }

    public String targetField() {
        return targetField;
    }

    /// The status of the answer.
    ///
    /// @param status what the request's client should get
    public int answered(int status) {
        return switch (this) {
            case AUTH_REQUEST -> status == 401 ? 401 : 403;
            case FORWARD_AUTH -> status;
        };
    }
}
