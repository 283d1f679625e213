package dev.tollgate.schema.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import javax.sql.DataSource;

/// Keeps a service from running against a schema older than the one it was built for. A newer schema is accepted:
/// during a deploy the old version's services run on for a while.
public final class SchemaGuard {

    private static final Set<String> NO_SCHEMA = Set.of("42P01", "3F000");

    private SchemaGuard() {}

    /// @throws SchemaOutdatedException naming the missing migrations
    /// @throws SQLException when the database cannot be asked
    public static void requireCurrent(DataSource dataSource) throws SQLException {
        SortedMap<Integer, String> bundled = BundledMigrations.byVersion();
        Set<Integer> applied = appliedVersions(dataSource);
        List<String> missing = bundled.entrySet().stream()
                .filter(migration -> !applied.contains(migration.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (!missing.isEmpty()) {
            throw new SchemaOutdatedException(missing);
        }
    }

    private static Set<Integer> appliedVersions(DataSource dataSource) throws SQLException {
        Set<Integer> versions = new HashSet<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT version::integer FROM "
                        + DatabaseMigration.HISTORY_SCHEMA + "." + DatabaseMigration.HISTORY_TABLE
                        + " WHERE success AND version ~ '^[0-9]{1,9}$'");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                versions.add(rows.getInt(1));
            }
        } catch (SQLException failed) {
            String state = failed.getSQLState();
            if (state == null || !NO_SCHEMA.contains(state)) {
                throw failed;
            }
        }
        return versions;
    }
}
