package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.reconcile.FindingKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Names the rows of an hour that should not be there.
final class RowFaults {

    /// Findings of one kind that an hour names.
    private static final int NAMED_MAX = 20;

    private static final String OF_HOUR =
            " FROM tenant_metrics_raw m LEFT JOIN ingest_sequences q ON q.source = m.source"
                    + " WHERE m.tenant_id = ? AND m.event_time >= ?::timestamptz"
                    + " AND m.event_time < ?::timestamptz + interval '1 hour'";

    private static final String REPEATED = "SELECT m.source, m.sequence, m.sequence, 1, count(*),"
            + " (array_agg(m.id::text ORDER BY m.id))[1:10]" + OF_HOUR
            + " GROUP BY m.source, m.sequence HAVING count(*) > 1 ORDER BY 1, 2 LIMIT " + NAMED_MAX;

    private static final String BEYOND =
            "SELECT m.source, min(m.sequence), max(m.sequence), coalesce(max(q.highest), 0),"
                    + " count(*), (array_agg(m.id::text ORDER BY m.id))[1:10]" + OF_HOUR
                    + " AND (m.sequence < 1 OR m.sequence > coalesce(q.highest, 0)) GROUP BY m.source ORDER BY 1 LIMIT "
                    + NAMED_MAX;

    private RowFaults() {}

    static List<FindingsTable.Finding> repeated(Connection connection, HourKey hour) throws SQLException {
        return read(connection, hour, FindingKind.DUPLICATE, REPEATED, "rows");
    }

    static List<FindingsTable.Finding> beyond(Connection connection, HourKey hour) throws SQLException {
        return read(connection, hour, FindingKind.BEYOND, BEYOND, "highest");
    }

    private static List<FindingsTable.Finding> read(
            Connection connection, HourKey hour, FindingKind kind, String sql, String expected) throws SQLException {
        List<FindingsTable.Finding> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, hour.tenantId());
            query.setString(2, hour.hour().toString());
            query.setString(3, hour.hour().toString());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String[] ids = (String[]) row.getArray(6).getArray();
                    found.add(new FindingsTable.Finding(
                            kind,
                            hour,
                            row.getString(1),
                            row.getLong(2),
                            row.getLong(3),
                            "{\"" + expected + "\":" + row.getLong(4) + "}",
                            "{\"rows\":" + row.getLong(5) + ",\"ids\":[\"" + String.join("\",\"", ids) + "\"]}"));
                }
            }
        }
        return found;
    }
}
