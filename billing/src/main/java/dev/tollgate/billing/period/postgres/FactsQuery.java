package dev.tollgate.billing.period.postgres;

import dev.tollgate.billing.period.TenantFacts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Reads `TenantFacts` of many tenants at once.
public final class FactsQuery {

    private static final String FACTS = """
            SELECT w.tenant_id, t.time_zone, p.id AS period_id, before.ends_at AS previous_end
            FROM unnest(?) AS w(tenant_id)
            LEFT JOIN tenants t ON t.tenant_id = w.tenant_id
            LEFT JOIN tenant_billing_periods p ON p.tenant_id = w.tenant_id AND p.period_start = ?
            LEFT JOIN tenant_billing_periods before ON before.tenant_id = w.tenant_id AND before.period_end = ?
            ORDER BY w.tenant_id""";

    private FactsQuery() {}

    /// In the order of tenant ids.
    public static List<TenantFacts> read(Connection connection, YearMonth month, Collection<String> tenantIds)
            throws SQLException {
        List<TenantFacts> facts = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(FACTS)) {
            query.setArray(1, Sql.texts(connection, tenantIds));
            query.setObject(2, month.atDay(1));
            query.setObject(3, month.atDay(1));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    facts.add(new TenantFacts(
                            row.getString("tenant_id"),
                            Optional.ofNullable(row.getString("time_zone")),
                            Optional.ofNullable(row.getObject("period_id", UUID.class)),
                            Sql.moment(row, "previous_end")));
                }
            }
        }
        return facts;
    }
}
