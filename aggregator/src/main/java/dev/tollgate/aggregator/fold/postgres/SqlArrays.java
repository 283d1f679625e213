package dev.tollgate.aggregator.fold.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;

/// Binds columns of values as PostgreSQL arrays, for statements over `unnest`.
public final class SqlArrays {

    private SqlArrays() {}

    /// Binds one column; `type` is the array's element type.
    public static <T> void bind(
            PreparedStatement statement,
            int index,
            String type,
            Collection<T> rows,
            Function<T, ? extends Object> column)
            throws SQLException {
        Object[] values = new Object[rows.size()];
        int i = 0;
        for (T row : rows) {
            values[i++] = column.apply(row);
        }
        Connection connection = statement.getConnection();
        statement.setArray(index, connection.createArrayOf(type, values));
    }

    /// Binds tenants and hours as two columns, at `index` and the next.
    public static void bindKeys(PreparedStatement statement, int index, Collection<HourKey> keys) throws SQLException {
        bind(statement, index, "text", keys, HourKey::tenantId);
        bind(statement, index + 1, "timestamptz", keys, key -> key.hour().toString());
    }
}
