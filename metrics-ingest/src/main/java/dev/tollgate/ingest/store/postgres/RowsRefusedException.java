package dev.tollgate.ingest.store.postgres;

import java.sql.SQLException;

/// Some row of a COPY is to blame; which one has to be found.
final class RowsRefusedException extends Exception {

    RowsRefusedException(SQLException cause) {
        super(cause);
    }
}
