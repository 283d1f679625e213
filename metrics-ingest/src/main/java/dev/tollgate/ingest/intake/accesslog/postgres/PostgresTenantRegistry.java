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
    public int register(Collection<String> tenantIds, String planId, LocalDate from) {
        List<String> sorted = List.copyOf(new TreeSet<>(tenantIds));
        int registered = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(REGISTER)) {
            for (int first = 0; first < sorted.size(); first += TENANTS_PER_TRANSACTION) {
                List<String> part = sorted.subList(first, Math.min(sorted.size(), first + TENANTS_PER_TRANSACTION));
                statement.setString(1, planId);
                statement.setObject(2, from);
                statement.setString(3, ACTOR);
                statement.setArray(4, connection.createArrayOf("text", part.toArray()));
                try (ResultSet row = statement.executeQuery()) {
                    registered += row.next() ? row.getInt(1) : 0;
                }
            }
            return registered;
        } catch (SQLException e) {
            throw new IllegalStateException("could not register tenants: " + e.getMessage(), e);
        }
    }
}
