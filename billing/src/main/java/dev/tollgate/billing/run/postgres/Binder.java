package dev.tollgate.billing.run.postgres;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Sets a statement's parameters from left to right.
final class Binder {

    private final PreparedStatement statement;
    private int position;

    Binder(PreparedStatement statement) {
        this.statement = statement;
    }

    Binder text(@Nullable String value) throws SQLException {
        statement.setString(++position, value);
        return this;
    }

    Binder number(long value) throws SQLException {
        statement.setLong(++position, value);
        return this;
    }

    Binder object(@Nullable Object value) throws SQLException {
        statement.setObject(++position, value);
        return this;
    }

    void bytes(byte[] value) throws SQLException {
        statement.setBytes(++position, value);
    }
}
