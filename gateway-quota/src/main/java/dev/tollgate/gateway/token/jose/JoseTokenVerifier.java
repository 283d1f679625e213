package dev.tollgate.gateway.token.jose;

import dev.tollgate.gateway.token.IssuerKey;
import dev.tollgate.gateway.token.IssuerKeys;
import dev.tollgate.gateway.token.TokenAlgorithm;
import dev.tollgate.gateway.token.TokenFault;
import dev.tollgate.gateway.token.TokenRules;
import dev.tollgate.gateway.token.TokenVerdict;
import dev.tollgate.gateway.token.TokenVerifier;
import dev.tollgate.gateway.token.jose.Claims.FormException;
import dev.tollgate.schema.contract.EventText;
import dev.tollgate.schema.contract.FieldRules;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges signed tokens (RFC 7519, RFC 8725). The key is chosen among the issuer's by `kid` and algorithm alone; keys
/// and addresses of keys that a token brings along (`jwk`, `jku`, `x5c`, `x5u`) are not even read.
public final class JoseTokenVerifier implements TokenVerifier {

    /// Tokens of other types (logout tokens, security events, …) may be signed by the same issuer.
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

    private static final String MEDIA_TYPE_BEGIN = "application/";

    private final TokenRules rules;
    private final long skewMs;

    public JoseTokenVerifier(TokenRules rules) {
        this.rules = rules;
        this.skewMs = rules.clockSkew().toMillis();
    }

    @Override
    public TokenVerdict verify(String token, IssuerKeys keys, long nowMs) {
        SignedToken parts;
        try {
            parts = SignedToken.parse(token);
        } catch (FormException malformed) {
            return refused(TokenFault.MALFORMED, malformed.getMessage());
        }
        try {
            return judge(parts, keys, nowMs);
        } catch (FormException wrongForm) {
            return refused(TokenFault.CLAIMS, wrongForm.getMessage());
        }
    }

    private TokenVerdict judge(SignedToken token, IssuerKeys keys, long nowMs) throws FormException {
        Claims header = token.header();
        String named = header.text("alg");
        TokenAlgorithm algorithm =
                named == null ? null : TokenAlgorithm.of(named).orElse(null);
        if (algorithm == null || !rules.algorithms().contains(algorithm)) {
            return refused(TokenFault.ALGORITHM, "alg is " + named);
        }
        if (header.has("crit") || header.has("b64")) {
            return refused(TokenFault.CRITICAL_HEADER, "the header has crit or b64");
        }
        if (!isAcceptedType(header.text("typ"))) {
            return refused(TokenFault.TYPE, "typ is " + header.text("typ"));
        }
        Optional<TokenVerdict> fault = faultOf(token.claims(), nowMs);
        if (fault.isPresent()) {
            return fault.get();
        }
        return verified(token, algorithm, keys);
    }

    private static boolean isAcceptedType(@Nullable String type) {
        if (type == null) {
            return true;
        }
        String lower = type.toLowerCase(Locale.ROOT);
        return TYPES.contains(lower.startsWith(MEDIA_TYPE_BEGIN) ? lower.substring(MEDIA_TYPE_BEGIN.length()) : lower);
    }

    private Optional<TokenVerdict> faultOf(Claims claims, long nowMs) throws FormException {
        if (!rules.issuer().equals(claims.text("iss"))) {
            return Optional.of(refused(TokenFault.ISSUER, "iss is " + claims.text("iss")));
        }
        if (!isForUs(claims.texts("aud"))) {
            return Optional.of(refused(TokenFault.AUDIENCE, "aud names none of the audiences"));
        }
        Long expiresMs = claims.momentMs("exp");
        if (expiresMs == null) {
            return Optional.of(refused(TokenFault.CLAIMS, "exp is missing"));
        }
        if (nowMs >= expiresMs + skewMs) {
            return Optional.of(refused(TokenFault.EXPIRED, "exp was " + (nowMs - expiresMs) + " ms ago"));
        }
        for (String beginning : new String[] {"nbf", "iat"}) {
            Long beginsMs = claims.momentMs(beginning);
            if (beginsMs != null && nowMs < beginsMs - skewMs) {
                return Optional.of(
                        refused(TokenFault.NOT_YET_VALID, beginning + " is in " + (beginsMs - nowMs) + " ms"));
            }
        }
        return Optional.empty();
    }

    private boolean isForUs(List<?> audiences) {
        for (Object audience : audiences) {
            if (audience instanceof String text && rules.audiences().contains(text)) {
                return true;
            }
        }
        return false;
    }

    private TokenVerdict verified(SignedToken token, TokenAlgorithm algorithm, IssuerKeys keys) throws FormException {
        Claims claims = token.claims();
        String tenantId = claims.identifier(rules.tenantClaim());
        if (tenantId == null || !FieldRules.isTenantId(tenantId)) {
            return refused(TokenFault.CLAIMS, rules.tenantClaim() + " is no tenant's id");
        }
        String userId = claims.identifier(rules.userClaim());
        if (userId != null && !isUserId(userId)) {
            return refused(TokenFault.CLAIMS, rules.userClaim() + " is no user's id");
        }
        Long expiresMs = claims.momentMs("exp");
        String keyId = token.header().text("kid");
        Optional<IssuerKey> key = keys.find(keyId, algorithm);
        if (expiresMs == null || key.isEmpty()) {
            return refused(TokenFault.UNKNOWN_KEY, "no key " + keyId + " for " + algorithm.wireName());
        }
        if (!key.get().verifies(algorithm, token.signed(), token.signature())) {
            return refused(TokenFault.SIGNATURE, "not signed by key " + keyId + " of " + tenantId);
        }
        return new TokenVerdict.Verified(tenantId, userId, expiresMs + skewMs, key.get());
    }

    /// What an event can hold, and a line of a log.
    private static boolean isUserId(String text) {
        return !text.isEmpty()
                && text.length() <= FieldRules.USER_ID_CHARS_MAX
                && EventText.isClean(text)
                && text.codePoints().noneMatch(Character::isISOControl);
    }

    private static TokenVerdict refused(TokenFault fault, @Nullable String detail) {
        return new TokenVerdict.Refused(fault, String.valueOf(detail));
    }
}
