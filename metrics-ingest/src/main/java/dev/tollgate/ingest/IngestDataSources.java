package dev.tollgate.ingest;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.ingest.IngestProperties.Database;
import dev.tollgate.schema.database.SchemaGuard;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/// Connections to PostgreSQL as the role of ingest.
final class IngestDataSources {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration MONTH_ANSWER_MAX = Duration.ofHours(6);
    private static final Duration BORROW_MAX = Duration.ofSeconds(5);

    private IngestDataSources() {}

    /// Opens a new session each time.
    static PGSimpleDataSource sessions(Database settings) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.url());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        source.setApplicationName("tollgate-ingest");
        source.setConnectTimeout((int) CONNECT_MAX.toSeconds());
        source.setSocketTimeout((int) Math.max(1, settings.answerMax().toSeconds()));
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        return source;
    }

    /// Opens a new session each time, for statements that read a month.
    static PGSimpleDataSource patientSessions(Database settings) {
        PGSimpleDataSource source = sessions(settings);
        source.setSocketTimeout((int) MONTH_ANSWER_MAX.toSeconds());
        return source;
    }

    /// Lends sessions for short work. Refuses a schema that is older than this service.
    static HikariDataSource pool(Database settings) throws SQLException {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(sessions(settings));
        pool.setPoolName("ingest");
        pool.setMaximumPoolSize(settings.poolSizeMax());
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(BORROW_MAX.toMillis());
        SchemaGuard.requireCurrent(pool);
        return pool;
    }
}
