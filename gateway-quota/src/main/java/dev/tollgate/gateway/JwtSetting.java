package dev.tollgate.gateway;

import dev.tollgate.gateway.token.KeyDocument;
import dev.tollgate.gateway.token.TokenAlgorithm;
import dev.tollgate.gateway.token.TokenRules;
import dev.tollgate.gateway.token.file.KeyFile;
import dev.tollgate.gateway.token.http.KeySetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Tokens (JWT) as credentials, `tollgate.gateway.jwt.*`; none are accepted unless an issuer is set.
///
/// @param issuer what tokens must name as `iss`
/// @param audience tokens must name one of these in `aud`
/// @param algorithms names of `TokenAlgorithm`s
/// @param jwksUri address of the issuer's key set
/// @param jwksFile the key set in a file, instead
/// @param keysRefresh how often the key set is read: a key that left it is refused this much later at the latest
/// @param keysKept how long the keys go on while the key set cannot be read
/// @param passOn whether upstreams get the token
public record JwtSetting(
        @DefaultValue("") String issuer,
        @DefaultValue Set<String> audience,

        @DefaultValue({"RS256", "PS256", "ES256", "EdDSA", "Ed25519"})
        Set<String> algorithms,

        @Nullable URI jwksUri,
        @Nullable Path jwksFile,
        @DefaultValue("tenant_id") String tenantClaim,
        @DefaultValue("sub") String userClaim,
        @DefaultValue("30s") Duration clockSkew,
        @DefaultValue("5m") Duration keysRefresh,
        @DefaultValue("24h") Duration keysKept,
        @DefaultValue("true") boolean passOn) {

    private static final String PREFIX = "tollgate.gateway.jwt.";
    private static final Duration CLOCK_SKEW_MAX = Duration.ofMinutes(5);
    private static final Duration KEYS_REFRESH_MIN = Duration.ofSeconds(1);

    public JwtSetting {
        if (issuer.isBlank()) {
            check(jwksUri == null && jwksFile == null && audience.isEmpty(), "issuer", "is missing");
        } else {
            check(!audience.isEmpty() && audience.stream().noneMatch(String::isBlank), "audience", "is missing");
            check((jwksUri == null) != (jwksFile == null), "jwks-uri", "or jwks-file must be set, and not both");
            check(
                    jwksUri == null || isHttp(jwksUri),
                    "jwks-uri",
                    "must be an http or https address with a host and without a user");
            check(
                    jwksFile == null || Files.isReadable(jwksFile),
                    "jwks-file",
                    "is no file that can be read: " + jwksFile);
            check(!tenantClaim.isBlank(), "tenant-claim", "is missing");
            check(!userClaim.isBlank(), "user-claim", "is missing");
            check(
                    !clockSkew.isNegative() && clockSkew.compareTo(CLOCK_SKEW_MAX) <= 0,
                    "clock-skew",
                    "must be 0 to " + CLOCK_SKEW_MAX + " but is " + clockSkew);
            check(
                    keysRefresh.compareTo(KEYS_REFRESH_MIN) >= 0,
                    "keys-refresh",
                    "must be at least " + KEYS_REFRESH_MIN + " but is " + keysRefresh);
            check(
                    keysKept.compareTo(keysRefresh) >= 0,
                    "keys-kept",
                    "must not be shorter than keys-refresh but is " + keysKept);
            check(!parse(algorithms).isEmpty(), "algorithms", "is missing");
        }
    }

    private static void check(boolean good, String setting, String message) {
        if (!good) {
            throw new IllegalArgumentException(PREFIX + setting + " " + message);
        }
    }

    private static boolean isHttp(URI uri) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        return http && uri.getHost() != null && uri.getUserInfo() == null;
    }

    private static Set<TokenAlgorithm> parse(Set<String> names) {
        Set<TokenAlgorithm> parsed = EnumSet.noneOf(TokenAlgorithm.class);
        for (String name : names) {
            parsed.add(TokenAlgorithm.of(name.strip())
                    .orElseThrow(() -> new IllegalArgumentException(PREFIX + "algorithms has " + name
                            + ", which is none of " + known() + "; shared secrets and none are never accepted")));
        }
        return parsed;
    }

    private static String known() {
        return Arrays.stream(TokenAlgorithm.values())
                .map(TokenAlgorithm::wireName)
                .collect(Collectors.joining(", "));
    }

    boolean isOn() {
        return !issuer.isBlank();
    }

    TokenRules rules() {
        return new TokenRules(issuer, audience, parse(algorithms), tenantClaim, userClaim, clockSkew);
    }

    KeyDocument keyDocument() {
        if (jwksFile != null) {
            return new KeyFile(jwksFile);
        }
        if (jwksUri != null) {
            return new KeySetAddress(jwksUri);
        }
        throw new IllegalStateException("no issuer is set");
    }
}
