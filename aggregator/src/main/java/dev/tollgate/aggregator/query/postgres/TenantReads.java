package dev.tollgate.aggregator.query.postgres;

import dev.tollgate.schema.access.tenant.TenantContextSigner;
import dev.tollgate.schema.access.tenant.postgres.TenantTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;

/// Reads as one tenant: on connections of the role `tollgate_tenant`, in a read-only transaction that has entered the
/// tenant's signed context. Whatever the SQL, no row of another tenant can come back. Safe for use by several threads.
public final class TenantReads {

    /// The context outlives the statements of its transaction by this much.
    private static final Duration CONTEXT_SLACK = Duration.ofSeconds(30);

    private final DataSource tenantPool;
    private final TenantContextSigner signer;
    private final InstantSource clock;
    private final Duration statementTimeout;

    /// @param tenantPool logs in as `tollgate_tenant`
    public TenantReads(
            DataSource tenantPool, TenantContextSigner signer, InstantSource clock, Duration statementTimeout) {
        this.tenantPool = tenantPool;
        this.signer = signer;
        this.clock = clock;
        this.statementTimeout = statementTimeout;
    }

    /// Something to read.
    @FunctionalInterface
    public interface Work<T> {
        T read(Connection connection) throws SQLException;
    }

    public Duration statementTimeout() {
        return statementTimeout;
    }

    /// All statements of the work see one snapshot.
    public <T> T as(String tenantId, Work<T> work) throws SQLException {
        try (Connection connection = tenantPool.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                limit(connection);
                TenantTransaction.enter(
                        connection,
                        signer.sign(
                                tenantId,
                                clock.instant()
                                        .plus(statementTimeout.multipliedBy(3))
                                        .plus(CONTEXT_SLACK)));
                return work.read(connection);
            } finally {
                connection.rollback();
            }
        }
    }

    private void limit(Connection connection) throws SQLException {
        try (PreparedStatement timeout =
                connection.prepareStatement("SELECT set_config('statement_timeout', ?, true)")) {
            timeout.setString(1, Long.toString(statementTimeout.toMillis()));
            timeout.execute();
        }
    }
}
