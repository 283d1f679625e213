package dev.tollgate.billing.testing;

import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.testing.postgres.PostgresServer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A migrated database of a test's own, with short ways to put tenants and their usage into it. Used by one thread.
public final class BillingDatabase {

    private static @Nullable String template;

    private final PostgresServer server;
    private final String name;
    private final Connection admin;
    private long nextOffset;

    private BillingDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
        try {
            this.admin = server.dataSource(name, server.superuser()).getConnection();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Migrates once per JVM and copies from then on.
    public static synchronized BillingDatabase create() {
        PostgresServer server = PostgresServer.shared();
        if (template == null) {
            String migrated = server.createDatabase();
            Migrate.migrate(MigrateOptions.of(server.url(migrated), server.superuser()));
            template = migrated;
        }
        BillingDatabase database = new BillingDatabase(server, server.createDatabaseFrom(template));
        database.run(
                "INSERT INTO topic_generations (topic, generation, topic_id) VALUES (?, 1, 'test')",
                Topics.USAGE_REQUESTS);
        database.storedUpTo(0);
        return database;
    }

    public String url() {
        return server.url(name);
    }

    /// Connections of the role that the service has.
    public DataSource asBilling() {
        return server.dataSource(name, "tollgate_billing");
    }

    public void tenant(String tenantId, String zone, String plan, String fromDay) {
        rows(
                "SELECT tollgate.register_tenant(?, ?, ?, ?, ?, NULL, 'test')",
                tenantId,
                tenantId,
                zone,
                plan,
                LocalDate.parse(fromDay));
    }

    /// A plan of one fee and one overage per thousand requests, from 2000 on.
    public void plan(String planId, long feeCents, long included, long overageCents) {
        run("INSERT INTO plans SELECT ?, ?, 'custom', 1, 1, 1, 1, 1, 1, false, false, false", planId, planId);
        run(
                "INSERT INTO plan_versions (plan_id, version, effective_from, currency, created_by)"
                        + " VALUES (?, 1, DATE '2000-01-01', 'USD', 'test')",
                planId);
        run(
                "INSERT INTO plan_charges (plan_id, version, charge_no, code, description, model, amount_cents)"
                        + " VALUES (?, 1, 1, 'base', 'Fee', 'flat_fee', ?)",
                planId,
                feeCents);
        run(
                "INSERT INTO plan_charges (plan_id, version, charge_no, code, description, model, meter, amount_cents,"
                        + " per_quantity, included_quantity)"
                        + " VALUES (?, 1, 2, 'requests', 'Requests', 'overage_per_thousand', 'requests', ?, 1000, ?)",
                planId,
                overageCents,
                included);
    }

    /// Stores requests of one unit, one a second from a moment on, and moves the log along.
    public void requests(String tenantId, int count, String from) {
        LocalDate day = LocalDate.parse(from.substring(0, 10));
        rows("SELECT tollgate.ensure_month(?)", day);
        rows("SELECT tollgate.ensure_month(?)", day.plusMonths(1));
        run(
                "INSERT INTO tenant_metrics_raw (tenant_id, event_time, event_type, duration_ms, db_query_count,"
                        + " response_status, units, source, sequence, log_position)"
                        + " SELECT ?, ?::timestamptz + n * INTERVAL '1 second', 'api_request', 20, 2, 200, 1, 's.0', n + 1, ? + n"
                        + " FROM generate_series(0, ? - 1) AS n",
                tenantId,
                from,
                LogPosition.of(1, nextOffset),
                count);
        storedUpTo(nextOffset + count);
    }

    /// Takes back the tenant's first requests from a moment on, and moves the log along.
    public void voids(String tenantId, int count, String from) {
        run(
                "INSERT INTO tenant_metrics_raw (tenant_id, event_time, event_type, duration_ms, db_query_count,"
                        + " response_status, units, source, sequence, log_position, voids)"
                        + " SELECT tenant_id, event_time, event_type, duration_ms, db_query_count, response_status, units,"
                        + " 'v.0', n, ? + n, id FROM (SELECT *, row_number() OVER (ORDER BY event_time) - 1 AS n"
                        + " FROM tenant_metrics_raw WHERE tenant_id = ? AND event_time >= ?::timestamptz) r WHERE n < ?",
                LogPosition.of(1, nextOffset),
                tenantId,
                from,
                count);
        storedUpTo(nextOffset + count);
    }

    /// Computes the buckets of all full UTC hours from the raw events, as the aggregator would.
    public void buckets(String tenantId) {
        run(
                "INSERT INTO tenant_metrics_hourly (tenant_id, hour_bucket, event_count, total_requests,"
                        + " billable_requests, units, total_db_queries, total_duration_ms, fingerprint, log_position, owner, sketch)"
                        + " SELECT ?, hour_bucket, event_count, request_count, billable_requests, units, db_queries,"
                        + " total_duration_ms, fingerprint, position_max, 'raw', ''"
                        + " FROM tollgate.usage_from_raw(?, '-infinity', 'infinity', 9223372036854775807)"
                        + " ON CONFLICT (tenant_id, hour_bucket) DO UPDATE SET event_count = excluded.event_count,"
                        + " total_requests = excluded.total_requests, billable_requests = excluded.billable_requests,"
                        + " units = excluded.units, fingerprint = excluded.fingerprint",
                tenantId,
                tenantId);
    }

    /// A gateway's source of events as it reports itself.
    public void source(
            String source, String state, long published, @Nullable Instant oldestPending, Instant heartbeat) {
        boolean sealed = state.equals("sealed");
        run(
                "INSERT INTO event_sources (source, origin, instance, partition_id, state, appended, published,"
                        + " oldest_pending, heartbeat_at, final_sequence, sealed_at)"
                        + " VALUES (?, 'gateway', 'gateway-1', 0, ?, ?, ?, ?::timestamptz, ?::timestamptz, ?, ?::timestamptz)",
                source,
                state,
                published,
                published,
                oldestPending == null ? null : oldestPending.toString(),
                heartbeat.toString(),
                sealed ? (Object) published : null,
                sealed ? heartbeat.toString() : null);
    }

    public void sequences(String source, long highest, Long... missing) {
        try (PreparedStatement insert = admin.prepareStatement(
                "INSERT INTO ingest_sequences (source, partition_id, highest, missing) VALUES (?, 0, ?, ?)"
                        + " ON CONFLICT (source) DO UPDATE SET highest = excluded.highest, missing = excluded.missing")) {
            insert.setString(1, source);
            insert.setLong(2, highest);
            insert.setArray(3, admin.createArrayOf("bigint", missing));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A key of staff, as it is sent.
    public String operatorKey(String operator, Role role) {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        try {
            PostgresOperatorKeys.add(admin, key, new Operator(operator, Set.of(role)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return key.text();
    }

    /// Runs a statement as the superuser.
    public void run(String sql, @Nullable Object... parameters) {
        try (PreparedStatement statement = admin.prepareStatement(sql)) {
            bind(statement, parameters);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// Runs a script without parameters as the superuser.
    public void script(String sql) {
        try (Statement statement = admin.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// The rows of a query, each as its columns' texts joined by `|`.
    public List<String> rows(String sql, @Nullable Object... parameters) {
        try (PreparedStatement statement = admin.prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet row = statement.executeQuery()) {
                List<String> rows = new ArrayList<>();
                while (row.next()) {
                    List<String> columns = new ArrayList<>();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        columns.add(String.valueOf(row.getString(i)));
                    }
                    rows.add(String.join("|", columns));
                }
                return rows;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void storedUpTo(long offset) {
        nextOffset = offset;
        run(
                "INSERT INTO ingest_positions (topic, generation, partition_id, next_offset)"
                        + " SELECT ?, 1, p, ? FROM generate_series(0, ?) AS p"
                        + " ON CONFLICT (topic, generation, partition_id) DO UPDATE SET next_offset = excluded.next_offset",
                Topics.USAGE_REQUESTS,
                offset,
                Topics.PARTITIONS - 1);
    }

    private static void bind(PreparedStatement statement, @Nullable Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }
}
