package dev.tollgate.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class PrimitivesPropertyTest {

    private static final DateTimeFormatter REFERENCE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Property(tries = 2_000)
    void timesAreWrittenAsJavaTimeWritesThemAndReadBack(
            @ForAll @LongRange(min = IsoTime.EPOCH_MS_MIN, max = IsoTime.EPOCH_MS_MAX) long epochMs) {
        String text = IsoTime.formatMillis(epochMs);
        assertThat(text).isEqualTo(REFERENCE.format(Instant.ofEpochMilli(epochMs)));
        assertThat(IsoTime.parseMillis(text)).isEqualTo(epochMs);
        long secondMs = Math.floorDiv(epochMs, 1_000L) * 1_000L;
        String seconds = IsoTime.formatSeconds(Instant.ofEpochMilli(epochMs));
        assertThat(seconds).isEqualTo(text.substring(0, 19) + "Z");
        assertThat(IsoTime.parseSeconds(seconds)).isEqualTo(secondMs);
    }

    @Property(tries = 1_000)
    void aUuidCarriesItsMilliseconds(
            @ForAll @LongRange(min = 0, max = UuidV7.EPOCH_MS_MAX) long epochMs, @ForAll long a, @ForAll long b) {
        UUID id = UuidV7.of(epochMs, a, b);
        assertThat(UuidV7.isV7(id)).isTrue();
        assertThat(UuidV7.epochMs(id)).isEqualTo(epochMs);
        assertThat(UuidV7.parse(id.toString())).isEqualTo(id);
    }

    @Example
    void aUuidHasOneText() {
        assertThat(UuidV7.parse("1-1-1-1-1")).isNull();
        assertThat(UuidV7.parse("019AAF3E-7C00-7ABC-8123-456789ABCDEF")).isNull();
        assertThat(UuidV7.parse("019aaf3e-7c00-7abc-8123-456789abcde")).isNull();
        assertThat(UuidV7.parse("019aaf3e07c00-7abc-8123-456789abcdef")).isNull();
    }

    @Example
    void aLogPositionGrowsWithGenerationAndOffset() {
        long position = LogPosition.of(3, 4711);
        assertThat(LogPosition.generation(position)).isEqualTo(3);
        assertThat(LogPosition.offset(position)).isEqualTo(4711);
        assertThat(LogPosition.of(4, 0)).isGreaterThan(LogPosition.of(3, LogPosition.OFFSET_MAX));
        assertThat(LogPosition.of(LogPosition.GENERATION_MAX, LogPosition.OFFSET_MAX))
                .isPositive();
        assertThatThrownBy(() -> LogPosition.of(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogPosition.of(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Example
    void theLongestEventFitsItsLimit() {
        String worst = "\u0001";
        Instant at = Instant.ofEpochMilli(IsoTime.EPOCH_MS_MAX);
        RequestEvent event = new RequestEvent(
                UuidV7.of(at.toEpochMilli(), -1, -1),
                "a".repeat(FieldRules.TENANT_ID_CHARS_MAX),
                worst.repeat(FieldRules.USER_ID_CHARS_MAX),
                EventType.STORAGE_WRITE,
                worst.repeat(FieldRules.ENDPOINT_CHARS_MAX),
                "M".repeat(FieldRules.METHOD_CHARS_MAX),
                worst.repeat(FieldRules.ROUTE_CHARS_MAX),
                FieldRules.DURATION_MS_MAX,
                FieldRules.COUNT_MAX,
                FieldRules.COUNT_MAX,
                FieldRules.STATUS_MAX,
                FieldRules.COUNT_MAX,
                FieldRules.COUNT_MAX,
                FieldRules.COUNT_MAX,
                FieldRules.UNITS_MAX,
                at,
                "x".repeat(FieldRules.SOURCE_ID_CHARS_MAX) + ".9999",
                FieldRules.COUNT_MAX,
                UuidV7.of(at.toEpochMilli(), 0, 0));
        byte[] json = EventCodec.encode(event);
        assertThat(json.length).isLessThanOrEqualTo(EventCodec.EVENT_BYTES_MAX);
        assertThat(EventCodec.validate(json, at.toEpochMilli())).isEqualTo(new Validated.Valid(event));
    }

    @Example
    void anEventThatBreaksARuleCannotBeBuilt() {
        Instant at = Instant.parse("2026-11-24T03:00:00.0005Z");
        UUID id = UuidV7.of(at.toEpochMilli(), 0, 0);
        assertThatThrownBy(() -> new RequestEvent(
                        id,
                        "acme",
                        null,
                        EventType.DB_QUERY,
                        null,
                        null,
                        null,
                        0,
                        0,
                        null,
                        null,
                        0,
                        0,
                        null,
                        0,
                        at,
                        "lane.1",
                        1))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessage("eventTime must be whole milliseconds between 1970 and 9999");
    }
}
