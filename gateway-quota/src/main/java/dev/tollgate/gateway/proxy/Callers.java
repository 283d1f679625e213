package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.tenant.TenantDirectory;
import dev.tollgate.gateway.tenant.TenantLookup;
import dev.tollgate.gateway.token.TokenCounts;
import dev.tollgate.gateway.token.TokenFault;
import dev.tollgate.gateway.token.TokenVerdict;
import dev.tollgate.gateway.token.Tokens;
import dev.tollgate.gateway.token.VerifiedTokens;
import dev.tollgate.schema.access.problem.ProblemType;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds out who calls, by API key or token. One thread owns an instance.
public final class Callers {

    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    /// What is there when tokens are accepted.
    private record TokenPart(VerifiedTokens tokens, TokenCounts counts, boolean passedOn) {}

    private final TenantDirectory tenants;
    private final @Nullable TokenPart tokenPart;

    /// @param tokens null when no tokens are accepted; they are unknown keys then
    public Callers(TenantDirectory tenants, @Nullable Tokens tokens) {
        this.tenants = tenants.forOneThread();
        this.tokenPart =
                tokens == null ? null : new TokenPart(tokens.forOneThread(), tokens.counts(), tokens.passedOn());
    }

    /// Answers at once, or on the executor when a token's key has to be fetched first; that takes a bounded time.
    public void find(Credentials credentials, Executor thread, Consumer<CallerLookup> answer) {
        TokenPart part = tokenPart;
        if (part == null || !credentials.isToken()) {
            answer.accept(ofKey(credentials));
            return;
        }
        part.tokens().verify(credentials.key(), thread, verdict -> answer.accept(ofToken(part, credentials, verdict)));
    }

    /// A tenant that somebody trusted names by its id.
    public CallerLookup named(String id) {
        return switch (tenants.findTenant(id)) {
            case TenantLookup.Found(var tenant, String keyId) -> new CallerLookup.Known(tenant, null, Credentials.NONE);
            case TenantLookup.Suspended(String tenantId) -> suspended(tenantId);
            case TenantLookup.Unknown(String reason) ->
                new CallerLookup.Refused(
                        Refused.UNKNOWN_TENANT, ProblemResponse.unauthenticated("the tenant is not known"), reason);
        };
    }

    private CallerLookup ofKey(Credentials credentials) {
        return switch (tenants.find(credentials.key())) {
            case TenantLookup.Found(var tenant, String keyId) -> new CallerLookup.Known(tenant, null, credentials);
            case TenantLookup.Suspended(String tenantId) -> suspended(tenantId);
            case TenantLookup.Unknown(String reason) ->
                new CallerLookup.Refused(
                        Refused.UNKNOWN_TENANT, ProblemResponse.unauthenticated("the API key is not valid"), reason);
        };
    }

    private CallerLookup ofToken(TokenPart part, Credentials credentials, TokenVerdict verdict) {
        return switch (verdict) {
            case TokenVerdict.Verified verified -> ofVerified(part, credentials, verified);
            case TokenVerdict.Refused(TokenFault fault, String detail) -> invalid(fault, detail);
            case TokenVerdict.KeysUnavailable(String reason) ->
                new CallerLookup.Refused(
                        Refused.UNKNOWN_TENANT,
                        ProblemResponse.unavailable("the token cannot be checked at the moment", RETRY_SOON),
                        reason);
        };
    }

    private CallerLookup ofVerified(TokenPart part, Credentials credentials, TokenVerdict.Verified verified) {
        return switch (tenants.findTenant(verified.tenantId())) {
            case TenantLookup.Found(var tenant, String keyId) ->
                new CallerLookup.Known(
                        tenant, verified.userId(), part.passedOn() ? credentials.passedOn() : credentials);
            case TenantLookup.Suspended(String tenantId) -> suspended(tenantId);
            case TenantLookup.Unknown(String reason) -> {
                part.counts().refused(TokenFault.UNKNOWN_TENANT);
                yield invalid(TokenFault.UNKNOWN_TENANT, reason);
            }
        };
    }

    private static CallerLookup invalid(TokenFault fault, String detail) {
        return new CallerLookup.Refused(
                Refused.UNKNOWN_TENANT,
                ProblemResponse.invalidToken(fault.description()),
                fault.description() + ": " + detail);
    }

    private static CallerLookup suspended(String tenantId) {
        String reason = "the tenant is suspended";
        return new CallerLookup.Refused(tenantId, ProblemResponse.of(ProblemType.FORBIDDEN, reason), reason);
    }
}
