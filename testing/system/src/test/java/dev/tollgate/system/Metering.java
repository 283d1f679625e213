package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Stack;
import dev.tollgate.testing.Await;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Holds what clients saw against what is stored and billed.
final class Metering {

    /// Outlasts an outage of Kafka that another test causes at the same time.
    private static final Duration STORED_WITHIN = Duration.ofMinutes(4);

    /// It may begin between the row and its bucket.
    private static final Duration FOLDED_WITHIN = STORED_WITHIN;

    private Metering() {}

    /// Waits until every completed response of the loads has its event, and until all events are in the hourly buckets
    /// that are billed; then no event may be there twice, and none that no request of the loads can have caused.
    /// Returns the number of billable events.
    static long assertEachOnce(TestStack house, String tenant, Load... loads) {
        String all = List.of(loads).toString();
        List<String> ids =
                Stream.of(loads).flatMap(load -> load.completedIds().stream()).toList();
        long broken = Stream.of(loads).mapToLong(Load::broken).sum();
        Await.until(
                "each of " + ids.size() + " responses of " + tenant + " has its event; " + all,
                STORED_WITHIN,
                () -> stored(house.stack(), tenant, ids) == ids.size());
        Await.until(
                "all events of " + tenant + " are in the buckets",
                FOLDED_WITHIN,
                () -> billable(house, tenant)
                        == house.number(
                                "SELECT coalesce(sum(billable_requests), 0) FROM tenant_metrics_hourly WHERE tenant_id = ?",
                                tenant));
        long billable = billable(house, tenant);
        assertThat(billable)
                .as("billable events of %s; a request that broke may have one; %s", tenant, all)
                .isBetween((long) ids.size(), ids.size() + broken);
        long events = house.number("SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = ?", tenant);
        assertThat(house.number("SELECT count(DISTINCT id) FROM tenant_metrics_raw WHERE tenant_id = ?", tenant))
                .as("ids of %d events of %s", events, tenant)
                .isEqualTo(events);
        assertThat(house.number(
                        "SELECT count(DISTINCT (source, sequence)) FROM tenant_metrics_raw WHERE tenant_id = ?",
                        tenant))
                .as("sources and sequences of %d events of %s", events, tenant)
                .isEqualTo(events);
        return billable;
    }

    private static long billable(TestStack house, String tenant) {
        return house.number("SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = ? AND units > 0", tenant);
    }

    /// How many of these ids the raw table holds as billable events of the tenant.
    static long stored(Stack stack, String tenant, List<String> ids) throws SQLException {
        try (Connection connection = stack.database().getConnection();
                PreparedStatement count = connection.prepareStatement("""
                        SELECT count(*) FROM tenant_metrics_raw r JOIN unnest(?::uuid[]) AS completed (id) USING (id)
                        WHERE tenant_id = ? AND units > 0""")) {
            count.setArray(1, connection.createArrayOf("text", ids.toArray()));
            count.setString(2, tenant);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
