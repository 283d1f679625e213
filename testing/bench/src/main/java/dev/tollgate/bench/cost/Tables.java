package dev.tollgate.bench.cost;

import dev.tollgate.bench.metering.MeteringServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/// What the tables take on disk: `pg_total_relation_size` by table, dead rows and indexes included; the months of a
/// partitioned table count as one.
///
/// @param bytes by table
/// @param indexBytes the part of it that is indexes
/// @param walBytes written to the log since the server's birth
record Tables(Map<String, Long> bytes, Map<String, Long> indexBytes, long walBytes) {

    private static final String SIZES = """
            SELECT coalesce(parent.relname, c.relname), sum(pg_total_relation_size(c.oid))::bigint,
                sum(pg_indexes_size(c.oid))::bigint
            FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1""";

    private static final String WAL = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint";

    static Tables of(MeteringServers servers, String database) {
        Map<String, Long> bytes = new TreeMap<>();
        Map<String, Long> indexBytes = new TreeMap<>();
        try (Connection connection = servers.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SIZES)) {
            while (row.next()) {
                bytes.put(row.getString(1), row.getLong(2));
                indexBytes.put(row.getString(1), row.getLong(3));
            }
            return new Tables(bytes, indexBytes, MeteringServers.number(connection, WAL));
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot ask for the tables' sizes", failed);
        }
    }

    Tables since(Tables earlier) {
        return new Tables(
                Growth.of(bytes, earlier.bytes),
                Growth.of(indexBytes, earlier.indexBytes),
                walBytes - earlier.walBytes);
    }
}
