package dev.tollgate.billing.plan.postgres;

import dev.tollgate.billing.plan.InvalidPlanException;
import dev.tollgate.billing.plan.PlanAssignment;
import dev.tollgate.billing.plan.PlanCatalog;
import dev.tollgate.billing.plan.PlanVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads plans within the caller's transaction.
public final class PlanQueries {

    private static final String VERSIONS =
            "SELECT plan_id, version, effective_from, currency FROM plan_versions ORDER BY plan_id, version";

    private static final String CHARGES = """
            SELECT plan_id, version, code, description, model, meter, amount_cents, per_quantity, included_quantity,
                bounds::text AS bounds
            FROM plan_charges ORDER BY plan_id, version, charge_no""";

    private static final String ASSIGNMENTS = """
            SELECT tenant_id, plan_id, lower(valid_days) AS from_day, upper(valid_days) AS until_day
            FROM plan_assignments
            WHERE tenant_id = ANY (?) AND valid_days && daterange(?, ?) ORDER BY tenant_id, lower(valid_days)""";

    private PlanQueries() {}

    public static PlanCatalog catalog(Connection connection) throws SQLException {
        Map<String, List<ChargeRow>> charges = charges(connection);
        List<PlanCatalog.Entry> entries = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(VERSIONS);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                String planId = row.getString("plan_id");
                int version = row.getInt("version");
                LocalDate effectiveFrom = row.getObject("effective_from", LocalDate.class);
                List<ChargeRow> ofVersion = charges.getOrDefault(key(planId, version), List.of());
                entries.add(entry(planId, version, effectiveFrom, row.getString("currency"), ofVersion));
            }
        }
        return new PlanCatalog(entries);
    }

    /// The assignments that touch the days `[from, until)`, by tenant.
    public static Map<String, List<PlanAssignment>> assignments(
            Connection connection, Collection<String> tenantIds, LocalDate from, LocalDate until) throws SQLException {
        Map<String, List<PlanAssignment>> byTenant = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(ASSIGNMENTS)) {
            query.setArray(1, connection.createArrayOf("text", tenantIds.toArray()));
            query.setObject(2, from);
            query.setObject(3, until);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    LocalDate end = row.getObject("until_day", LocalDate.class);
                    PlanAssignment assignment = new PlanAssignment(
                            row.getString("plan_id"),
                            row.getObject("from_day", LocalDate.class),
                            end == null ? LocalDate.MAX : end);
                    byTenant.computeIfAbsent(row.getString("tenant_id"), tenant -> new ArrayList<>())
                            .add(assignment);
                }
            }
        }
        return byTenant;
    }

    private static PlanCatalog.Entry entry(
            String planId, int version, LocalDate effectiveFrom, String currency, List<ChargeRow> charges) {
        try {
            return new PlanCatalog.Entry.Usable(new PlanVersion(
                    planId,
                    version,
                    effectiveFrom,
                    currency,
                    charges.stream().map(ChargeRow::toCharge).toList()));
        } catch (InvalidPlanException invalid) {
            return new PlanCatalog.Entry.Broken(planId, version, effectiveFrom, String.valueOf(invalid.getMessage()));
        }
    }

    private static Map<String, List<ChargeRow>> charges(Connection connection) throws SQLException {
        Map<String, List<ChargeRow>> byVersion = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(CHARGES);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                ChargeRow charge = new ChargeRow(
                        row.getString("code"),
                        row.getString("description"),
                        row.getString("model"),
                        row.getString("meter"),
                        row.getLong("amount_cents"),
                        row.getLong("per_quantity"),
                        row.getLong("included_quantity"),
                        row.getString("bounds"));
                byVersion
                        .computeIfAbsent(key(row.getString("plan_id"), row.getInt("version")), k -> new ArrayList<>())
                        .add(charge);
            }
        }
        return byVersion;
    }

    private static String key(String planId, int version) {
        return planId + "/" + version;
    }
}
