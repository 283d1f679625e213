package dev.tollgate.schema.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Short forms of JDBC for tests.
final class Sql {

    /// SQLSTATE of `insufficient_privilege`.
    static final String REFUSED = "42501";

    private Sql() {}

    static void run(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, arguments)) {
            statement.execute();
        }
    }

    /// The first column of all rows, as text.
    static List<String> texts(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = prepare(connection, sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
        }
        return texts;
    }

    static String text(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        return texts(connection, sql, arguments).getFirst();
    }

    static long number(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        return Long.parseLong(text(connection, sql, arguments));
    }

    static boolean truth(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        return text(connection, sql, arguments).equals("t");
    }

    /// The SQLSTATE with which the server refuses; `accepted` when it does not.
    static String stateOf(Connection connection, String sql, @Nullable Object... arguments) {
        try {
            run(connection, sql, arguments);
            return "accepted";
        } catch (SQLException refused) {
            return String.valueOf(refused.getSQLState());
        }
    }

    /// As [#stateOf], within a transaction that goes on afterwards.
    static String stateWithin(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        var savepoint = connection.setSavepoint();
        String state = stateOf(connection, sql, arguments);
        connection.rollback(savepoint);
        return state;
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
