package dev.tollgate.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.EventCursor.Text;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

class EventCursorPropertyTest {

    private static final long FAR_FUTURE_MS =
            Instant.parse("2030-01-01T00:00:00Z").toEpochMilli();

    private final EventCursor cursor = new EventCursor();

    @Property(tries = 1_000)
    void saysOfRandomRecordsWhatTheCodecSays(@ForAll("events") RequestEvent event) {
        byte[] json = EventCodec.encode(event);
        requireTheSameVerdict(json, event.eventTimeMs());
        requireTheSameVerdict(json, event.eventTimeMs() - EventCodec.FUTURE_MS_MAX);
        requireTheSameVerdict(json, event.eventTimeMs() - EventCodec.FUTURE_MS_MAX - 1);
    }

    @Property(tries = 5_000)
    void saysOfMutatedRecordsWhatTheCodecSays(@ForAll("events") RequestEvent event, @ForAll long seed) {
        byte[] json = EventCodecPropertyTest.mutate(EventCodec.encode(event), new Random(seed));
        requireTheSameVerdict(json, event.eventTimeMs());
    }

    /// Single digits, letters and brackets of records that the scanner takes: what is changed most likely stays near
    /// to being valid.
    @Property(tries = 10_000)
    void saysOfRecordsThatAreAlmostPlainWhatTheCodecSays(@ForAll("plainEvents") RequestEvent event, @ForAll long seed) {
        byte[] json = EventCodec.encode(event);
        requireTheSameVerdict(json, event.eventTimeMs());
        Random random = new Random(seed);
        byte[] near = "0123456789abcdefg-.\"\\,:{} Z_%\u007f".getBytes(StandardCharsets.US_ASCII);
        json[random.nextInt(json.length)] = near[random.nextInt(near.length)];
        requireTheSameVerdict(json, event.eventTimeMs());
    }

    /// Without this the cursor could be right by always asking the codec.
    @Property(tries = 200)
    void theScannerTakesPlainRecordsByItself(@ForAll("plainEvents") RequestEvent event) {
        byte[] json = EventCodec.encode(event);
        assertThat(new EventScanner(cursor).accepts(json, event.eventTimeMs())).isTrue();
    }

    @Example
    void saysOfGoldenRecordsWhatTheCodecSays() {
        GoldenEvents.byName()
                .keySet()
                .forEach(name ->
                        requireTheSameVerdict(Golden.message("request-event/" + name + ".json"), FAR_FUTURE_MS));
        for (JsonNode line : Golden.lines("request-event/tolerated.jsonl")) {
            requireTheSameVerdict(bytes(line), FAR_FUTURE_MS);
        }
        for (JsonNode line : Golden.lines("request-event/invalid.jsonl")) {
            requireTheSameVerdict(bytes(line), line.get("brokerTimestampMs").asLong());
        }
        requireTheSameVerdict(null, FAR_FUTURE_MS);
        requireTheSameVerdict(new byte[0], FAR_FUTURE_MS);
    }

    private void requireTheSameVerdict(byte @Nullable [] json, long brokerTimestampMs) {
        Validated.Invalid refused = cursor.read(json, brokerTimestampMs);
        Validated said = refused == null ? new Validated.Valid(event()) : refused;
        assertThat(said).isEqualTo(EventCodec.validate(json, brokerTimestampMs));
    }

    private RequestEvent event() {
        return new RequestEvent(
                cursor.id(),
                Objects.requireNonNull(cursor.text(Text.TENANT_ID)),
                cursor.text(Text.USER_ID),
                cursor.eventType(),
                cursor.text(Text.ENDPOINT),
                cursor.text(Text.METHOD),
                cursor.text(Text.ROUTE),
                cursor.durationMs(),
                cursor.dbQueryCount(),
                optional(cursor.dbDurationMs()),
                cursor.responseStatus() == EventCursor.ABSENT ? null : (Integer) (int) cursor.responseStatus(),
                cursor.bytesSent(),
                cursor.bytesReceived(),
                optional(cursor.bytesStored()),
                cursor.units(),
                Instant.ofEpochMilli(cursor.eventTimeMs()),
                Objects.requireNonNull(cursor.text(Text.SOURCE)),
                cursor.sequence(),
                cursor.isVoid() ? new UUID(cursor.voidsHigh(), cursor.voidsLow()) : null);
    }

    private static @Nullable Long optional(long value) {
        return value == EventCursor.ABSENT ? null : (Long) value;
    }

    private static byte[] bytes(JsonNode line) {
        return line.has("eventBase64")
                ? Base64.getDecoder().decode(line.get("eventBase64").asString())
                : line.get("event").asString().getBytes(StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<RequestEvent> events() {
        return Arbitraries.randomValue(EventCodecPropertyTest::randomEvent);
    }

    @Provide
    Arbitrary<RequestEvent> plainEvents() {
        return events().map(event -> new RequestEvent(
                event.id(),
                event.tenantId(),
                event.userId() == null ? null : "user 1",
                event.eventType(),
                event.endpoint() == null ? null : "/a/b%20",
                event.method() == null ? null : "GET",
                event.route() == null ? null : "",
                event.durationMs(),
                event.dbQueryCount(),
                event.dbDurationMs(),
                event.responseStatus(),
                event.bytesSent(),
                event.bytesReceived(),
                event.bytesStored(),
                event.units(),
                event.eventTime(),
                event.source(),
                event.sequence()));
    }
}
