package dev.tollgate.bench.metering.copy;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.ds.PGSimpleDataSource;

/// Sends ready COPYs over one connection and commits each. Arguments: JDBC URL, file of COPYs, file of progress.
final class CopyMain {

    static final String SQL = "COPY tenant_metrics_raw (" + CopyRows.COLUMNS + ") FROM STDIN (FORMAT binary)";

    /// The role of ingest: PostgreSQL refuses COPY to those whom row-level security binds.
    private static final String USER = "tollgate_ingest";

    private CopyMain() {}

    public static void main(String[] arguments) throws SQLException, IOException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(arguments[0]);
        source.setUser(USER);
        CopyProgress progress = CopyProgress.open(Path.of(arguments[2]));
        try (Connection connection = source.getConnection();
                DataInputStream file = new DataInputStream(
                        new BufferedInputStream(Files.newInputStream(Path.of(arguments[1])), 1 << 20))) {
            connection.setAutoCommit(false);
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            long rows = 0;
            while (true) {
                int batch;
                try {
                    batch = file.readInt();
                } catch (EOFException end) {
                    break;
                }
                byte[] bytes = new byte[file.readInt()];
                file.readFully(bytes);
                CopyIn copy = copies.copyIn(SQL);
                copy.writeToCopy(bytes, 0, bytes.length);
                if (copy.endCopy() != batch) {
                    throw new SQLException("COPY did not take " + batch + " rows");
                }
                connection.commit();
                rows += batch;
                progress.tell(rows);
            }
        }
        // Stays until it is ended, so that its CPU can be read.
        while (System.in.read() >= 0) {}
    }
}
