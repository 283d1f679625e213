package dev.tollgate.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.Validated.Invalid;
import dev.tollgate.schema.contract.Validated.Valid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class GoldenEventsTest {

    private static final long FAR_FUTURE_MS =
            Instant.parse("2030-01-01T00:00:00Z").toEpochMilli();
    private static final Map<String, RequestEvent> EVENTS = GoldenEvents.byName();

    @Test
    void writesAndReadsTheGoldenEventsByteForByte() {
        EVENTS.forEach((name, event) -> {
            byte[] golden = Golden.message("request-event/" + name + ".json");
            assertThat(new String(EventCodec.encode(event), StandardCharsets.UTF_8))
                    .as(name)
                    .isEqualTo(new String(golden, StandardCharsets.UTF_8));
            assertThat(EventCodec.validate(golden, FAR_FUTURE_MS)).as(name).isEqualTo(new Valid(event));
            assertThat(Golden.schemaErrors("request-event", golden)).as(name).isEmpty();
        });
    }

    @Test
    void acceptsOtherWritingsOfTheSameEvent() {
        for (JsonNode line : Golden.lines("request-event/tolerated.jsonl")) {
            byte[] json = line.get("event").asString().getBytes(StandardCharsets.UTF_8);
            RequestEvent meant =
                    Objects.requireNonNull(EVENTS.get(line.get("means").asString()));
            String name = line.get("name").asString();
            assertThat(EventCodec.validate(json, FAR_FUTURE_MS)).as(name).isEqualTo(new Valid(meant));
            assertThat(Golden.schemaErrors("request-event", json)).as(name).isEmpty();
        }
    }

    @Test
    void rejectsEveryGoldenFaultWithItsFieldAndReason() {
        Stream<JsonNode> faults = Stream.of("invalid", "invalid-voids")
                .flatMap(file -> Golden.lines("request-event/" + file + ".jsonl").stream());
        for (JsonNode line : faults.toList()) {
            String name = line.get("name").asString();
            byte[] json = bytes(line);
            Validated judged =
                    EventCodec.validate(json, line.get("brokerTimestampMs").asLong());
            assertThat(judged).as(name).isInstanceOfSatisfying(Invalid.class, invalid -> {
                assertThat(invalid.field()).as(name).isEqualTo(line.get("field").asString());
                assertThat(invalid.reason())
                        .as(name)
                        .startsWith(line.get("reason").asString());
            });
            switch (line.get("schema").asString()) {
                case "rejects" ->
                    assertThat(Golden.schemaErrors("request-event", json))
                            .as(name)
                            .isNotEmpty();
                case "cannot tell" ->
                    assertThat(Golden.schemaErrors("request-event", json))
                            .as(name)
                            .isEmpty();
                default -> assertThat(line.get("schema").asString()).isEqualTo("not JSON");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fingerprints.csv", "fingerprints-voids.csv"})
    void givesTheGoldenFingerprints(String file) {
        EventFingerprint fingerprint = new EventFingerprint();
        long sum = 0;
        for (List<String> row : Golden.rows(file)) {
            RequestEvent event = EVENTS.get(row.getFirst());
            long expected = Long.parseLong(row.getLast());
            if (event == null) {
                assertThat(sum).as(row.getFirst()).isEqualTo(expected);
            } else {
                assertThat(fingerprint.of(event)).as(row.getFirst()).isEqualTo(expected);
                sum += expected;
            }
        }
    }

    @Test
    void findsThePlaceOfAnEventThatItRejects() {
        byte[] broken = new String(Golden.message("request-event/full.json"), StandardCharsets.UTF_8)
                .replace("\"units\":1", "\"units\":-1")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(EventCodec.validate(broken, FAR_FUTURE_MS)).isInstanceOf(Invalid.class);
        assertThat(EventCodec.identify(broken)).contains(new EventIdentity("k3Jd9sQ2mXw7-a_B.11", 4711));
        assertThat(EventCodec.identify("not an event".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(EventCodec.identify(null)).isEmpty();
    }

    @Test
    void rejectsATombstone() {
        assertThat(EventCodec.validate(null, FAR_FUTURE_MS)).isEqualTo(new Invalid("$", "is empty"));
    }

    private static byte[] bytes(JsonNode line) {
        return line.has("eventBase64")
                ? Base64.getDecoder().decode(line.get("eventBase64").asString())
                : line.get("event").asString().getBytes(StandardCharsets.UTF_8);
    }
}
