package dev.tollgate.gateway.proxy;

import java.util.List;
import java.util.Optional;

/// The API key that a request carries.
///
/// @param key the whole text, `tg_…`; not yet looked up
/// @param inAuthorization whether it came in `Authorization`, which then is not passed on
public record Credentials(String key, boolean inAuthorization) {

    public static final String API_KEY_HEADER = "X-Api-Key";

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

    @Override
    public String toString() {
        return "Credentials[redacted]";
    }
}
