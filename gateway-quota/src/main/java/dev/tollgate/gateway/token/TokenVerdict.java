package dev.tollgate.gateway.token;

import org.jspecify.annotations.Nullable;

/// What is made of a token.
public sealed interface TokenVerdict {

    /// The token is good until then.
    ///
    /// @param tenantId well-formed; whether there is such a tenant is still open
    /// @param userId fit for an event; null when the token names no user
    /// @param validUntilMs epoch milliseconds, the first moment at which it is not valid any more
    /// @param key what signed it
    record Verified(String tenantId, @Nullable String userId, long validUntilMs, IssuerKey key)
            implements TokenVerdict {}

    /// The token is not good; `detail` is for operators and never holds the token.
    record Refused(TokenFault fault, String detail) implements TokenVerdict {}

    /// Nobody can tell, since the issuer's keys are not at hand.
    record KeysUnavailable(String reason) implements TokenVerdict {}
}
