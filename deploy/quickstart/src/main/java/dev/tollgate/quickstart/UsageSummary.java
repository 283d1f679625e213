package dev.tollgate.quickstart;

import dev.tollgate.quickstart.sample.SampleTenant;
import dev.tollgate.quickstart.sample.SampleTraffic;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/// What the sample tenants did, as the traffic saw it and as the database tells it.
final class UsageSummary {

    private final DataSource database;

    UsageSummary(DataSource database) {
        this.database = database;
    }

    /// @param traffic what was sent in this run
    void print(PrintStream out, List<SampleTenant> tenants, SampleTraffic traffic) {
        out.printf(
                "%n  %-8s %-13s %9s %9s %9s %12s %12s%n",
                "tenant", "plan", "sent", "answered", "429", "raw events", "hourly sum");
        for (SampleTenant tenant : tenants) {
            SampleTraffic.Answers answers = traffic.answers(tenant.tenantId());
            out.printf(
                    "  %-8s %-13s %,9d %,9d %,9d %,12d %,12d%n",
                    tenant.tenantId(),
                    tenant.planId(),
                    answers.sent(),
                    answers.admitted(),
                    answers.denied(),
                    count("SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = ?", tenant.tenantId()),
                    count(
                            "SELECT coalesce(sum(event_count), 0) FROM tenant_metrics_hourly WHERE tenant_id = ?",
                            tenant.tenantId()));
        }
        out.println("  (sent, answered, 429: this run; raw events and hourly sum: since the state began)");
        out.flush();
    }

    private long count(String sql, String tenantId) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenantId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot count the usage of tenant " + tenantId, failed);
        }
    }
}
