package dev.tollgate.schema.contract;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Walks the fields of one JSON object, strictly: well-formed UTF-8, no name twice, nothing after the
/// object, numbers whole. A fault is an `InvalidFieldException` that names the field.
///
/// Belongs to one thread, for one message.
final class JsonFields {

    /// The field name of faults that concern the message as a whole.
    static final String MESSAGE = "$";

    /// The most fields that an object may have, unknown ones included.
    static final int FIELDS_MAX = 100;

    private static final int REASON_CHARS_MAX = 200;
    private static final int FIELDS_USUAL = 24;

    private final JsonParser parser;

    /// Stands before the names of this object's fields in faults: the field that holds the object, and a dot.
    private final String prefix;

    private String[] seen = new String[FIELDS_USUAL];
    private int seenCount;
    private long seenHashes;
    private String current = MESSAGE;

    private JsonFields(JsonParser parser, String prefix) {
        this.parser = parser;
        this.prefix = prefix;
    }

    /// Hands the object's fields to `read`, which must take them all.
    static <T> T read(byte @Nullable [] json, int bytesMax, Function<JsonFields, T> read) {
        if (json == null || json.length == 0) {
            throw new InvalidFieldException(MESSAGE, "is empty");
        }
        if (json.length > bytesMax) {
            throw new InvalidFieldException(MESSAGE, "must have at most " + bytesMax + " bytes");
        }
        requireUtf8(json);
        try (JsonParser parser = Json.parser(json)) {
            JsonFields fields = new JsonFields(parser, "");
            try {
                fields.start();
                return read.apply(fields);
            } catch (JacksonException e) {
                throw new InvalidFieldException(MESSAGE, "is not JSON: " + reasonOf(e));
            }
        }
    }

    /// The next field's name; null at the end of the object. The end of the outermost must also be that of the message.
    @Nullable
    String next() {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.END_OBJECT) {
            current = MESSAGE;
            if (prefix.isEmpty() && parser.nextToken() != null) {
                throw new InvalidFieldException(MESSAGE, "must end with the object");
            }
            return null;
        }
        current = parser.currentName();
        remember(current);
        parser.nextToken();
        return current;
    }

    void skip() {
        parser.skipChildren();
    }

    /// The objects of an array, each handed to `read`, which must take all its fields.
    <T> List<T> objects(int objectsMax, Function<JsonFields, T> read) {
        if (!parser.hasToken(JsonToken.START_ARRAY)) {
            throw fault("must be an array");
        }
        List<T> objects = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.hasToken(JsonToken.START_OBJECT)) {
                throw fault("must hold objects only");
            }
            if (objects.size() == objectsMax) {
                throw fault("must hold at most " + objectsMax + " objects");
            }
            objects.add(read.apply(new JsonFields(parser, prefix + current + ".")));
        }
        return objects;
    }

    String text() {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            throw fault("must be a string");
        }
        return parser.getString();
    }

    long number() {
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            throw fault("must be a whole number");
        }
        return switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> throw fault("is too large");
        };
    }

    UUID uuid() {
        UUID id = UuidV7.parse(text());
        if (id == null) {
            throw fault("must be a UUID in canonical lower-case text");
        }
        return id;
    }

    /// A 64 bit number as a decimal string, for values beyond what JSON numbers hold exactly.
    long numberText() {
        String text = text();
        try {
            long value = Long.parseLong(text);
            if (Long.toString(value).equals(text)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw fault("must be a signed 64 bit number in a string");
        }
        throw fault("must be a signed 64 bit number in a string, without leading zeros or plus");
    }

    /// `yyyy-MM-ddTHH:mm:ss.SSSZ`.
    Instant moment() {
        return instant(IsoTime.parseMillis(text()), "must be a UTC time as yyyy-MM-ddTHH:mm:ss.SSSZ");
    }

    /// `yyyy-MM-ddTHH:mm:ssZ`.
    Instant second() {
        return instant(IsoTime.parseSeconds(text()), "must be a UTC time as yyyy-MM-ddTHH:mm:ssZ");
    }

    InvalidFieldException fault(String reason) {
        return new InvalidFieldException(prefix + current, reason);
    }

    /// The value, unless the object did not have the field.
    static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw new InvalidFieldException(field, "is missing");
        }
        return value;
    }

    private Instant instant(long epochMs, String rule) {
        if (epochMs == IsoTime.MALFORMED) {
            throw fault(rule);
        }
        return Instant.ofEpochMilli(epochMs);
    }

    private void start() {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidFieldException(MESSAGE, "must be a JSON object");
        }
    }

    /// One bit per name's hash says "certainly new" for almost every field; only a hit looks through them.
    private void remember(String name) {
        long bit = 1L << (name.hashCode() & 63);
        if ((seenHashes & bit) != 0) {
            for (int i = 0; i < seenCount; i++) {
                if (name.equals(seen[i])) {
                    throw fault("must not occur twice");
                }
            }
        }
        seenHashes |= bit;
        if (seenCount == FIELDS_MAX) {
            throw new InvalidFieldException(MESSAGE, "must have at most " + FIELDS_MAX + " fields");
        }
        if (seenCount == seen.length) {
            seen = Arrays.copyOf(seen, FIELDS_MAX);
        }
        seen[seenCount++] = name;
    }

    /// Jackson alone lets some malformed sequences pass.
    private static void requireUtf8(byte[] json) {
        for (byte b : json) {
            if (b < 0) {
                decodeStrictly(json);
                return;
            }
        }
    }

    private static void decodeStrictly(byte[] json) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
        } catch (CharacterCodingException e) {
            throw new InvalidFieldException(MESSAGE, "is not UTF-8");
        }
    }

    private static String reasonOf(JacksonException e) {
        return EventText.clean(String.valueOf(e.getOriginalMessage()), REASON_CHARS_MAX);
    }
}
