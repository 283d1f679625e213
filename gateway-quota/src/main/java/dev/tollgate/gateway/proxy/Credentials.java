package dev.tollgate.gateway.proxy;

import java.util.List;
import java.util.Optional;

/// The API key or token that a request carries.
///
/// @param key the whole text, `tg_…` or a token; not yet looked up
/// @param inAuthorization whether it came in `Authorization` and ends here: the field is not passed on then
public record Credentials(String key, boolean inAuthorization) {

    public static final String API_KEY_HEADER = "X-Api-Key";

    /// Of a caller whom somebody trusted names.
    public static final Credentials NONE = new Credentials("", false);

    private static final String KEY_BEGIN = "tg_";
    private static final String BEARER = "Bearer ";

    /// `X-Api-Key` goes first; it leaves `Authorization` to the upstream. Several keys are as good as none.
    public static Optional<Credentials> of(List<String> apiKeyFields, List<String> authorizationFields) {
        if (!apiKeyFields.isEmpty()) {
            return apiKeyFields.size() == 1
                    ? Optional.of(new Credentials(apiKeyFields.getFirst().strip(), false))
                    : Optional.empty();
        }
        if (authorizationFields.size() != 1) {
            return Optional.empty();
        }
        return bearer(authorizationFields.getFirst()).map(key -> new Credentials(key, true));
    }

    private static Optional<String> bearer(String authorization) {
        boolean isBearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return isBearer ? Optional.of(authorization.substring(BEARER.length()).strip()) : Optional.empty();
    }

    /// Whether an `Authorization` field has a key, which ends here also when another one was used.
    public static boolean isKey(String authorization) {
        return bearer(authorization).filter(text -> text.startsWith(KEY_BEGIN)).isPresent();
    }

    /// Whether it is meant as a token: no key has a dot. Tokens come in `Authorization` only (RFC 6750).
    public boolean isToken() {
        return inAuthorization && key.indexOf('.') >= 0 && !key.startsWith(KEY_BEGIN);
    }

    /// The same, and the upstream gets the field in which it came.
    public Credentials passedOn() {
        return new Credentials(key, false);
    }

    @Override
    public String toString() {
        return "Credentials[redacted]";
    }
}
