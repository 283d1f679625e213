package dev.tollgate.billing.period.postgres;

import dev.tollgate.billing.period.BillingPeriod;
import dev.tollgate.billing.period.PlannedPeriod;
import dev.tollgate.billing.period.SpanUsage;
import dev.tollgate.billing.period.UsageSpan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The spans of many tenants as parallel arrays, for `unnest`: tenant, span number, from, to.
final class SpanColumns {

    static final int PARAMETERS = 4;

    private final List<String> tenantIds = new ArrayList<>();
    private final List<Long> spanNos = new ArrayList<>();
    private final List<Instant> from = new ArrayList<>();
    private final List<Instant> to = new ArrayList<>();

    SpanColumns(Collection<PlannedPeriod> periods) {
        for (PlannedPeriod planned : periods) {
            BillingPeriod period = planned.period();
            for (UsageSpan span : planned.usageSpans()) {
                tenantIds.add(period.tenantId());
                spanNos.add((long) span.spanNo());
                from.add(span.from());
                to.add(span.to());
            }
        }
    }

    List<String> tenantIds() {
        return tenantIds;
    }

    /// Sets the parameters 1 to `PARAMETERS`.
    void bind(Connection connection, PreparedStatement query) throws SQLException {
        query.setArray(1, Sql.texts(connection, tenantIds));
        query.setArray(2, Sql.numbers(connection, spanNos));
        query.setArray(3, Sql.moments(connection, from));
        query.setArray(4, Sql.moments(connection, to));
    }

    static SpanUsage usage(ResultSet row) throws SQLException {
        return new SpanUsage(
                row.getLong("event_count"),
                row.getLong("units"),
                row.getLong("fingerprint"),
                row.getLong("billable_requests"),
                row.getLong("ai_requests"),
                row.getLong("db_queries"),
                row.getLong("storage_bytes"),
                row.getLong("request_count"),
                row.getLong("total_duration_ms"),
                row.getLong("failed_requests"));
    }
}
