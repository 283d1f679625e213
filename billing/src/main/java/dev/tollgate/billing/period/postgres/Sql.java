package dev.tollgate.billing.period.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Optional;

/// Moments and arrays between Java and SQL.
public final class Sql {

    private Sql() {}

    public static OffsetDateTime moment(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    public static Optional<Instant> moment(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /// A moment from a column that is never null.
    public static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /// Rolls back because of `fault`, which stays the error to tell of when the connection is gone as well.
    public static void rollback(Connection connection, Throwable fault) {
        try {
            connection.rollback();
        } catch (SQLException gone) {
            fault.addSuppressed(gone);
        }
    }

    public static Array texts(Connection connection, Collection<String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    public static Array numbers(Connection connection, Collection<Long> values) throws SQLException {
        return connection.createArrayOf("bigint", values.toArray());
    }

    public static Array moments(Connection connection, Collection<Instant> values) throws SQLException {
        return connection.createArrayOf(
                "timestamptz", values.stream().map(Instant::toString).toArray());
    }
}
