package dev.tollgate.gateway.token;

import java.time.Duration;
import java.util.Set;

/// What a token must say to be accepted.
///
/// @param issuer `iss` must be this very text
/// @param audiences `aud` must name one of them
/// @param algorithms `alg` must be one of them
/// @param tenantClaim the claim that holds the tenant's id
/// @param userClaim the claim that holds the user's id; a token without it has no user
/// @param clockSkew by how much the issuer's clock may differ from the gateway's
public record TokenRules(
        String issuer,
        Set<String> audiences,
        Set<TokenAlgorithm> algorithms,
        String tenantClaim,
        String userClaim,
        Duration clockSkew) {

    /// Longer tokens are refused unread.
    public static final int TOKEN_CHARS_MAX = 8_192;

    public TokenRules {
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
    }
}
