package dev.tollgate.ingest.intake.accesslog.postgres;

import dev.tollgate.ingest.intake.accesslog.TenantRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import javax.sql.DataSource;

/// Registers tenants by `tollgate.register_tenant`, in the time zone UTC, under their own id as name.
public final class PostgresTenantRegistry implements TenantRegistry {

    private static final int TENANTS_PER_TRANSACTION = 500;
    private static final String ACTOR = "import";

    private static final String PLANS = "SELECT plan_id FROM plans ORDER BY plan_id";
    private static final String REGISTER = """
            SELECT count(*) FILTER (WHERE tollgate.register_tenant(t, t, 'UTC', ?, ?, NULL, ?))
            FROM unnest(?::text[]) AS t
            WHERE NOT EXISTS (SELECT FROM tenants WHERE tenant_id = t)
            """;

    private static final String COUNT_OTHERS = """
            SELECT count(DISTINCT tenant_id) FROM plan_assignments
            WHERE tenant_id = ANY (?) AND plan_id <> ? AND valid_days && daterange(?, NULL)
            """;

    private final DataSource dataSource;

    public PostgresTenantRegistry(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void requirePlan(String planId) {
        List<String> plans = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(PLANS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                plans.add(row.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("could not read the plans: " + e.getMessage(), e);
        }
        if (!plans.contains(planId)) {
            throw new IllegalArgumentException("there is no plan " + planId + ", only " + String.join(", ", plans));
        }
    }

    @Override
    public Registration register(Collection<String> tenantIds, String planId, LocalDate from) {
        List<String> sorted = List.copyOf(new TreeSet<>(tenantIds));
        int registered = 0;
        int keepingAnotherPlan = 0;
        try (Connection connection = dataSource.getConnection()) {
            for (int first = 0; first < sorted.size(); first += TENANTS_PER_TRANSACTION) {
                List<String> part = sorted.subList(first, Math.min(sorted.size(), first + TENANTS_PER_TRANSACTION));
                registered += register(connection, part, planId, from);
                keepingAnotherPlan += countOthers(connection, part, planId, from);
            }
            return new Registration(registered, keepingAnotherPlan);
        } catch (SQLException e) {
            throw new IllegalStateException("could not register tenants: " + e.getMessage(), e);
        }
    }

    private static int register(Connection connection, List<String> tenantIds, String planId, LocalDate from)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REGISTER)) {
            statement.setString(1, planId);
            statement.setObject(2, from);
            statement.setString(3, ACTOR);
            statement.setArray(4, connection.createArrayOf("text", tenantIds.toArray()));
            return count(statement);
        }
    }

    private static int countOthers(Connection connection, List<String> tenantIds, String planId, LocalDate from)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT_OTHERS)) {
            statement.setArray(1, connection.createArrayOf("text", tenantIds.toArray()));
            statement.setString(2, planId);
            statement.setObject(3, from);
            return count(statement);
        }
    }

    private static int count(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
