package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.contract.EventFingerprint;
import dev.tollgate.schema.contract.EventType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Functions that must agree with Java, and functions that must stand several callers at once.
class FunctionsTest {

    private static final int CALLERS = 4;

    /// A row of this moment; the parameters are type, units (and duration), position, and what it voids.
    private static final String VOIDED_ROW = """
            INSERT INTO tenant_metrics_raw (tenant_id, event_time, event_type, units, duration_ms, db_query_count, bytes_stored,
                source, sequence, log_position, voids)
            SELECT 'voided', date_trunc('milliseconds', now()), t, u, u, 2, u, 's.0', p, p, v
            FROM (VALUES (?::text, ?::bigint, ?::bigint, ?::uuid)) AS r (t, u, p, v) RETURNING id::text
            """;

    private static TestDatabase database;

    @BeforeAll
    static void migrates() {
        database = TestDatabase.migrated();
    }

    @Test
    void fingerprintsAreThoseOfJava() throws SQLException {
        Random random = new Random(7);
        EventFingerprint fingerprint = new EventFingerprint();
        EventType[] types = EventType.values();
        long sum = 0;
        try (Connection connection = database.as("tollgate_aggregator");
                PreparedStatement ask = connection.prepareStatement("""
                        SELECT tollgate.event_fingerprint(?::uuid, ?, ?, '1970-01-01T00:00:00Z'::timestamptz + ? * INTERVAL '1 ms')
                        """)) {
            List<Long> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                UUID id = new UUID(random.nextLong(), random.nextLong());
                EventType type = types[i % types.length];
                long units = i == 0 ? 0 : random.nextLong(1_000_000_001);
                long timeMs = random.nextLong(
                        Instant.parse("2000-01-01T00:00:00Z").toEpochMilli(),
                        Instant.parse("2199-12-31T23:59:59Z").toEpochMilli());
                long expected = fingerprint.of(id, type, units, timeMs);
                ask.setString(1, id.toString());
                ask.setString(2, type.wireName());
                ask.setLong(3, units);
                ask.setLong(4, timeMs);
                assertThat(onlyLong(ask)).isEqualTo(expected);
                all.add(expected);
                sum += expected;
            }
            assertThat(wrap(connection, all)).isEqualTo(sum);
        }
    }

    @Test
    void sumsWrapAsJavasDo() throws SQLException {
        try (Connection connection = database.as("tollgate_aggregator");
                PreparedStatement ask = connection.prepareStatement("SELECT tollgate.wrap_int64(?::numeric)")) {
            Random random = new Random(11);
            List<BigInteger> sums = new ArrayList<>();
            for (int shift = 62; shift <= 66; shift++) {
                for (int off = -2; off <= 2; off++) {
                    sums.add(BigInteger.ONE.shiftLeft(shift).add(BigInteger.valueOf(off)));
                }
            }
            for (int i = 0; i < 100; i++) {
                sums.add(new BigInteger(1 + random.nextInt(100), random));
            }
            for (BigInteger sum : sums) {
                for (BigInteger signed : List.of(sum, sum.negate())) {
                    ask.setBigDecimal(1, new BigDecimal(signed));
                    assertThat(onlyLong(ask)).as(signed.toString()).isEqualTo(signed.longValue());
                }
            }
        }
    }

    @Test
    void voidsAreSubtracted() throws SQLException {
        try (Connection superuser = database.asSuperuser();
                Connection aggregator = database.as("tollgate_aggregator")) {
            Sql.run(superuser, "SELECT tollgate.ensure_month(current_date)");
            String original = Sql.text(superuser, VOIDED_ROW, "api_request", 100, 1, null);
            Sql.text(superuser, VOIDED_ROW, "ai_request", 7, 2, null);
            assertThat(Sql.number(superuser, "SELECT get_tenant_requests_last_minute('voided')"))
                    .isEqualTo(2);
            String voiding = Sql.text(superuser, VOIDED_ROW, "api_request", 100, 3, original);

            assertThat(Sql.text(aggregator, """
                    SELECT concat_ws(' ', sum(event_count), sum(billable_requests), sum(units), sum(ai_requests), sum(db_queries),
                        sum(request_count), sum(total_duration_ms), (array_agg(storage_bytes ORDER BY hour_bucket DESC))[1])
                    FROM tollgate.usage_from_raw('voided', '-infinity', 'infinity', 10)
                    """)).isEqualTo("3 1 7 1 2 1 7 7");
            assertThat(Sql.truth(aggregator, """
                    SELECT tollgate.wrap_int64(sum(u.fingerprint)) = (SELECT tollgate.wrap_int64(sum(tollgate.event_fingerprint(id, event_type,
                            CASE WHEN id = ?::uuid THEN -100 ELSE units END, event_time)))
                        FROM tenant_metrics_raw WHERE tenant_id = 'voided')
                    FROM tollgate.usage_from_raw('voided', '-infinity', 'infinity', 10) u
                    """, voiding)).isTrue();
            for (String span : List.of("last_minute", "last_hour", "today")) {
                assertThat(Sql.number(superuser, "SELECT get_tenant_requests_" + span + "('voided')"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void anEventIsTakenBackOnce() throws SQLException {
        try (Connection superuser = database.asSuperuser();
                Connection ingest = database.as("tollgate_ingest")) {
            String call = """
                    SELECT tollgate.void_event('twice', 'shop', ?, sha256(?::bytea), ?::uuid, uuid_generate_v7(), 3, '\\x01',
                        'key:1', 'sent by mistake')
                    """;
            String original = new UUID(7, 7).toString();
            String other = new UUID(7, 8).toString();
            assertThat(Sql.text(ingest, call, "v1", "a", original)).isEqualTo("stored");
            assertThat(Sql.text(ingest, call, "v1", "a", original)).isEqualTo("repeated");
            assertThat(Sql.text(ingest, call, "v1", "b", original)).isEqualTo("conflict");
            assertThat(Sql.text(ingest, call, "v2", "a", original)).isEqualTo("voided");
            assertThat(Sql.text(ingest, call, "v2", "a", other)).isEqualTo("stored");
            assertThat(Sql.number(superuser, "SELECT count(*) FROM intake_outbox WHERE tenant_id = 'twice'"))
                    .isEqualTo(2);
            assertThat(Sql.texts(superuser, """
                    SELECT actor || ' ' || action || ' ' || subject || ' ' || reason FROM audit_log
                    WHERE tenant_id = 'twice' ORDER BY audit_id LIMIT 1
                    """))
                    .containsExactly("key:1 event.voided events/" + original + " sent by mistake");
        }
    }

    @Test
    void aTopicMadeAnewOpensTheNextGeneration() throws SQLException {
        try (Connection ingest = database.as("tollgate_ingest")) {
            String generation = "SELECT tollgate.topic_generation(?, ?)";
            assertThat(Sql.number(ingest, generation, "t", "first")).isEqualTo(1);
            assertThat(Sql.number(ingest, generation, "t", "second")).isEqualTo(2);
            assertThat(Sql.number(ingest, generation, "t", "first")).isEqualTo(1);
            assertThat(Sql.number(ingest, generation, "another", "first")).isEqualTo(1);
        }
    }

    @Test
    void callersAtOnceAgreeOnAGeneration() throws Exception {
        List<String> answers = atOnce("tollgate_aggregator", connection -> {
            List<String> generations = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                generations.add(Sql.text(connection, "SELECT tollgate.topic_generation('contended', ?)", "id" + i));
            }
            return generations.toString();
        });
        assertThat(answers).hasSize(CALLERS).containsOnly("[1, 2, 3, 4, 5]");
    }

    @Test
    void callersAtOnceMakeAMonthOnce() throws Exception {
        List<String> answers = atOnce("tollgate_ingest", connection -> {
            Sql.run(connection, "SET timezone = 'Asia/Tokyo'");
            StringBuilder made = new StringBuilder();
            for (int month = 1; month <= 3; month++) {
                made.append(
                        Sql.text(connection, "SELECT tollgate.ensure_month(?::date)", LocalDate.of(2031, month, 28)));
            }
            return made.toString();
        });
        assertThat(answers.stream()
                        .mapToLong(made -> made.chars().filter(c -> c == 't').count())
                        .sum())
                .isEqualTo(3);
        try (Connection superuser = database.asSuperuser()) {
            assertThat(Sql.text(superuser, """
                    SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'tenant_metrics_raw_2031_02'
                    """))
                    .isEqualTo("FOR VALUES FROM ('2031-02-01 00:00:00+00') TO ('2031-03-01 00:00:00+00')");
        }
    }

    @Test
    void monthsOutOfRangeAreRefused() throws SQLException {
        try (Connection ingest = database.as("tollgate_ingest")) {
            for (String month : List.of("1999-12-31", "2200-01-01", "infinity")) {
                assertThatThrownBy(() -> Sql.run(ingest, "SELECT tollgate.ensure_month(?::date)", month))
                        .hasMessageContaining("out of range");
            }
        }
    }

    private static long wrap(Connection connection, List<Long> summands) throws SQLException {
        return Sql.number(
                connection,
                "SELECT tollgate.wrap_int64(sum(x)) FROM unnest(?) x",
                connection.createArrayOf("bigint", summands.toArray()));
    }

    private static long onlyLong(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Work {
        String on(Connection connection) throws SQLException;
    }

    private static List<String> atOnce(String role, Work work) throws InterruptedException, ExecutionException {
        Callable<String> call = () -> {
            try (Connection connection = database.as(role)) {
                return work.on(connection);
            }
        };
        List<String> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            for (Future<String> answer : callers.invokeAll(Collections.nCopies(CALLERS, call))) {
                answers.add(answer.get());
            }
        }
        return answers;
    }
}
