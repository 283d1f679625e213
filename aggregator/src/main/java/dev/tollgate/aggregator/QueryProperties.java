package dev.tollgate.aggregator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The settings of usage queries, prefix `tollgate.aggregator.query`. They are answered when `tenant-context-key` is
/// set.
///
/// @param tenantContextKey the key that signs tenant contexts, as `migrate` was given it, in hexadecimal
/// @param user the role that a tenant's SQL runs as
/// @param poolSizeMax queries at a time; others wait for 5 s, then get a 503
/// @param statementTimeout what takes longer is a 422
public record QueryProperties(
        @DefaultValue("") String tenantContextKey,
        @DefaultValue("tollgate_tenant") String user,
        @Nullable String password,
        @DefaultValue("4") int poolSizeMax,
        @DefaultValue("10s") Duration statementTimeout) {

    private static final Duration STATEMENT_TIMEOUT_MAX = Duration.ofSeconds(50);

    public QueryProperties {
        if (poolSizeMax < 1) {
            throw new IllegalArgumentException(
                    "tollgate.aggregator.query.pool-size-max must be at least 1 but is " + poolSizeMax);
        }
        if (statementTimeout.toMillis() < 1 || statementTimeout.compareTo(STATEMENT_TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("tollgate.aggregator.query.statement-timeout must be 1 ms to "
                    + STATEMENT_TIMEOUT_MAX.toSeconds() + " s but is " + statementTimeout);
        }
    }

    /// Without secrets.
    @Override
    public String toString() {
        return "QueryProperties[user=" + user + ", poolSizeMax=" + poolSizeMax + ", statementTimeout="
                + statementTimeout + "]";
    }
}
