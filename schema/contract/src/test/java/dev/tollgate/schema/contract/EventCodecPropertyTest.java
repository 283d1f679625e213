package dev.tollgate.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.Validated.Invalid;
import dev.tollgate.schema.contract.Validated.Valid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class EventCodecPropertyTest {

    private static final int MUTATIONS_MAX = 4;

    @Property(tries = 500)
    void whatIsEncodedIsValidAndTheSame(@ForAll("events") RequestEvent event) {
        byte[] json = EventCodec.encode(event);
        assertThat(json.length).isLessThanOrEqualTo(EventCodec.EVENT_BYTES_MAX);
        assertThat(EventCodec.validate(json, event.eventTimeMs())).isEqualTo(new Valid(event));
        assertThat(EventCodec.identify(json)).contains(new EventIdentity(event.source(), event.sequence()));
    }

    @Property(tries = 2_000)
    void mutatedBytesAreJudgedNeverThrown(@ForAll("events") RequestEvent event, @ForAll long seed) {
        byte[] json = mutate(EventCodec.encode(event), new Random(seed));
        Validated first = EventCodec.validate(json, event.eventTimeMs());
        assertThat(EventCodec.validate(json.clone(), event.eventTimeMs())).isEqualTo(first);
        switch (first) {
            case Valid(var read) ->
                assertThat(EventCodec.validate(EventCodec.encode(read), event.eventTimeMs()))
                        .isEqualTo(first);
            case Invalid(var field, var reason) -> {
                assertThat(field).isNotBlank();
                assertThat(EventText.isClean(reason)).isTrue();
            }
        }
    }

    @Property(tries = 500)
    void arbitraryBytesAreJudgedNeverThrown(@ForAll byte[] bytes) {
        assertThat(EventCodec.validate(bytes, 0)).isInstanceOf(Invalid.class);
    }

    @Property(tries = 500)
    void cleanedTextFitsAnEvent(@ForAll("anyText") String text) {
        String clean = EventText.clean(text, 20);
        assertThat(EventText.isClean(clean)).isTrue();
        assertThat(clean.length()).isLessThanOrEqualTo(20);
        if (EventText.isClean(text) && text.length() <= 20) {
            assertThat(clean).isEqualTo(text);
        }
    }

    @Provide
    Arbitrary<String> anyText() {
        return Arbitraries.strings()
                .withChars('a', '\u0000', '\uD83D', '\uDE00', '\uFFFF', 'é')
                .ofMaxLength(30);
    }

    @Provide
    Arbitrary<RequestEvent> events() {
        return Arbitraries.randomValue(EventCodecPropertyTest::randomEvent);
    }

    static RequestEvent randomEvent(Random random) {
        long ms = random.nextLong(FieldRules.EVENT_TIME_MS_MIN, IsoTime.EPOCH_MS_MAX + 1);
        UUID id = UuidV7.generate(ms, random);
        EventType type = EventType.values()[random.nextInt(EventType.values().length)];
        RequestEvent event = new RequestEvent(
                id,
                pick(random, "abcXYZ019._-", 1, FieldRules.TENANT_ID_CHARS_MAX),
                maybeText(random, FieldRules.USER_ID_CHARS_MAX),
                type,
                maybeText(random, FieldRules.ENDPOINT_CHARS_MAX),
                random.nextBoolean() ? null : pick(random, "GETPOS!#$%&'*+.^_`|~-", 1, 32),
                maybeText(random, FieldRules.ROUTE_CHARS_MAX),
                random.nextLong(FieldRules.DURATION_MS_MAX + 1),
                count(random),
                random.nextBoolean() ? null : count(random),
                random.nextBoolean() ? null : random.nextInt(100, 600),
                count(random),
                count(random),
                random.nextBoolean() ? null : count(random),
                random.nextLong(FieldRules.UNITS_MAX + 1),
                Instant.ofEpochMilli(ms),
                pick(random, "abcXYZ019_-", 1, 40) + "." + random.nextInt(10_000),
                1 + random.nextLong(FieldRules.COUNT_MAX));
        return random.nextInt(4) == 0
                ? event.voided(UuidV7.generate(ms, random), event.source(), event.sequence())
                : event;
    }

    private static long count(Random random) {
        return random.nextLong(FieldRules.COUNT_MAX + 1) >>> random.nextInt(53);
    }

    /// Sometimes the longest that there can be, of the characters with the longest encoding.
    private static @Nullable String maybeText(Random random, int charsMax) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> "\u0001".repeat(charsMax);
            case 2 -> "😀".repeat(random.nextInt(charsMax / 2));
            default -> pick(random, "/aé日\"\\\n\t\u007f\uFFFF", 0, charsMax);
        };
    }

    private static String pick(Random random, String alphabet, int min, int max) {
        int length = random.nextInt(min, max + 1);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    static byte[] mutate(byte[] json, Random random) {
        byte[] mutated = json.clone();
        int mutations = 1 + random.nextInt(MUTATIONS_MAX);
        for (int i = 0; i < mutations; i++) {
            byte[] structure = "{}[]\",:0-\\u".getBytes(StandardCharsets.US_ASCII);
            byte with = random.nextBoolean() ? (byte) random.nextInt(256) : structure[random.nextInt(structure.length)];
            mutated[random.nextInt(mutated.length)] = with;
        }
        return random.nextInt(5) == 0 ? Arrays.copyOf(mutated, random.nextInt(mutated.length)) : mutated;
    }
}
