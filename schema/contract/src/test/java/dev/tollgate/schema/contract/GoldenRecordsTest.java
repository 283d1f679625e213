package dev.tollgate.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class GoldenRecordsTest {

    private static final Instant HOUR = Instant.parse("2026-11-24T03:00:00Z");
    private static final long GENERATION_1 = 1L << 48;

    @Test
    void writesAndReadsHourlyBuckets() {
        HourlyBucket stream = new HourlyBucket(
                "acme",
                HOUR,
                12,
                8,
                7,
                5,
                2,
                1,
                17,
                1004,
                100L,
                250L,
                251L,
                31,
                40960,
                2048,
                73400320L,
                -6917529027641081856L,
                LogPosition.of(1, 4711),
                HourOwner.STREAM,
                new byte[] {1, 0, -1, 62},
                List.of());
        HourlyBucket raw = new HourlyBucket(
                "Globex_Corp-7.eu",
                Instant.parse("2015-05-17T10:00:00Z"),
                Long.MAX_VALUE,
                3,
                3,
                3,
                0,
                0,
                3,
                4,
                1L,
                2L,
                2L,
                0,
                0,
                0,
                null,
                Long.MAX_VALUE,
                LogPosition.of(32767, GENERATION_1 - 1),
                HourOwner.RAW,
                new byte[] {1},
                List.of());
        HourlyBucket noRequests = new HourlyBucket(
                "a",
                Instant.parse("2028-02-29T23:00:00Z"),
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                null,
                null,
                null,
                1,
                0,
                0,
                0L,
                0,
                LogPosition.of(2, 0),
                HourOwner.STREAM,
                new byte[0],
                List.of());
        check("hourly-bucket", "stream", stream, BucketCodec::encode, BucketCodec::decode);
        check("hourly-bucket", "raw", raw, BucketCodec::encode, BucketCodec::decode);
        check("hourly-bucket", "no-requests", noRequests, BucketCodec::encode, BucketCodec::decode);
        assertThat(stream.key().text()).isEqualTo("acme|2026-11-24T03:00:00Z");
        assertThat(BucketKey.parse("acme|2026-11-24T03:00:00Z")).contains(stream.key());
        assertThat(stream).isNotEqualTo(raw);
    }

    @Test
    void writesAndReadsTheRoutesOfAnHour() {
        HourlyBucket bucket = new HourlyBucket(
                "acme",
                HOUR,
                6,
                5,
                4,
                3,
                1,
                0,
                9,
                130,
                20L,
                50L,
                50L,
                0,
                1500,
                77,
                null,
                -1,
                LogPosition.of(1, 99),
                HourOwner.STREAM,
                new byte[] {1},
                List.of(
                        new RouteUsage("orders", 3, 3, 3, 2, 1, 7, 100, 1000, 70),
                        new RouteUsage("Grüße \"x\"", 1, 1, 0, 1, 0, 0, 20, 500, 7),
                        new RouteUsage(RouteUsage.NONE, 1, 0, 0, 0, 0, 1, 0, 0, 0),
                        new RouteUsage(RouteUsage.OTHER, 1, 1, 1, 0, 0, 1, 10, 0, 0)));
        check("hourly-bucket", "routes", bucket, BucketCodec::encode, BucketCodec::decode);
    }

    @Test
    void writesAndReadsStaleHours() {
        check(
                "stale-hour",
                "late",
                new StaleHour("acme", HOUR, LogPosition.of(1, 4711)),
                StaleHourCodec::encode,
                StaleHourCodec::decode);
    }

    @Test
    void writesAndReadsBillingEvents() {
        BillingEvent issued = new BillingEvent(
                UUID.fromString("019aaf3e-7c00-7abc-8123-456789abcdef"),
                BillingEvent.INVOICE_ISSUED,
                "acme",
                Instant.parse("2026-12-01T12:00:00.250Z"),
                "TG-2026-000001",
                UUID.fromString("019aaf3e-7c00-7abc-8123-456789abcdf0"),
                "2026-11-01",
                "2026-12-01",
                "USD",
                4900);
        BillingEvent credit = new BillingEvent(
                UUID.fromString("019aaf3e-7c00-7abc-8123-456789abcdf1"),
                BillingEvent.INVOICE_ISSUED,
                "globex",
                Instant.parse("2026-12-01T12:00:00Z"),
                "TG-2026-000002",
                UUID.fromString("019aaf3e-7c00-7abc-8123-456789abcdf2"),
                "2026-11-01",
                "2026-12-01",
                "EUR",
                -125);
        check("billing-event", "invoice-issued", issued, BillingEventCodec::encode, BillingEventCodec::decode);
        check("billing-event", "credit", credit, BillingEventCodec::encode, BillingEventCodec::decode);
    }

    @Test
    void writesAndReadsQuotaViolations() {
        Instant minute = Instant.parse("2026-11-24T03:22:00Z");
        check(
                "quota-violation",
                "with-endpoint",
                new QuotaViolation("acme", "requests_per_day", 10000, 10000, "/v1/orders", "orders", 42, minute),
                QuotaViolationCodec::encode,
                QuotaViolationCodec::decode);
        check(
                "quota-violation",
                "minimal",
                new QuotaViolation("acme", "requests_per_month", 0, 0, null, null, 1, minute),
                QuotaViolationCodec::encode,
                QuotaViolationCodec::decode);
    }

    @Test
    void describesDeadLettersByTheirHeaders() {
        byte[] headers = Golden.message("dead-letter/headers.json");
        assertThat(Golden.schemaErrors("dead-letter", headers)).isEmpty();
        assertThat(new String(headers, StandardCharsets.UTF_8))
                .contains(List.of(
                        "\"" + DeadLetterHeaders.REASON + "\"",
                        "\"" + DeadLetterHeaders.FIELD + "\"",
                        "\"" + DeadLetterHeaders.ORIGIN_TOPIC + "\"",
                        "\"" + DeadLetterHeaders.ORIGIN_PARTITION + "\"",
                        "\"" + DeadLetterHeaders.ORIGIN_OFFSET + "\"",
                        "\"" + DeadLetterHeaders.ORIGIN_TIMESTAMP + "\"",
                        "\"" + DeadLetterHeaders.SERVICE + "\""));
    }

    @Test
    void givesTheGoldenPartitions() {
        for (List<String> row : Golden.rows("partitions.csv")) {
            assertThat(Topics.partitionOf(row.getFirst()))
                    .as(row.getFirst())
                    .isEqualTo(Integer.parseInt(row.getLast()));
        }
    }

    @Test
    void namesTheFieldThatIsNotABucket() {
        String bucket = new String(Golden.message("hourly-bucket/stream.json"), StandardCharsets.UTF_8);
        rejects(bucket.replace("03:00:00Z", "03:00:01Z"), "hourBucket");
        rejects(bucket.replace("\"stream\"", "\"both\""), "owner");
        rejects(bucket.replace("\"-6917529027641081856\"", "\"007\""), "fingerprint");
        rejects(bucket.replace("AQD/Pg==", "*"), "sketch");
        rejects(bucket.replace("\"units\":17,", ""), "units");
        String routes = new String(Golden.message("hourly-bucket/routes.json"), StandardCharsets.UTF_8);
        rejects(routes.replace("\"requests\":3,", ""), "routes.requests");
        rejects(routes.replace("\"requests\":3", "\"requests\":-3"), "routes.requests");
        rejects(routes.replace("\"route\":\"none\"", "\"route\":\"orders\""), "routes");
        rejects(routes.replace("\"route\":\"none\"", "\"route\":7"), "routes.route");
        rejects(routes.replace("\"routes\":[", "\"routes\":[8,"), "routes");
        rejects(routes.replace("}]}", "}}"), "$");
    }

    private static void rejects(String json, String field) {
        assertThatThrownBy(() -> BucketCodec.decode(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessageStartingWith(field + " ");
    }

    private static <T> void check(
            String schema, String file, T value, Function<T, byte[]> encode, Function<byte[], T> decode) {
        byte[] golden = Golden.message(schema + "/" + file + ".json");
        assertThat(new String(encode.apply(value), StandardCharsets.UTF_8))
                .isEqualTo(new String(golden, StandardCharsets.UTF_8));
        assertThat(decode.apply(golden)).isEqualTo(value);
        assertThat(Golden.schemaErrors(schema, golden)).isEmpty();
    }
}
