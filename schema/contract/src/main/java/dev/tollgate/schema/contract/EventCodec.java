package dev.tollgate.schema.contract;

import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.util.ByteArrayBuilder;

/// Bytes of `usage.requests.v1` to and from `RequestEvent`. `validate` is the only judge after publication:
/// it is pure, so ingest and aggregator always agree about every record.
public final class EventCodec {

    /// The longest record that is accepted. The longest event that a `RequestEvent` can hold is shorter.
    public static final int EVENT_BYTES_MAX = 16 * 1_024;

    /// How far an event's time may lie ahead of the broker's, so that no producer makes partitions without end.
    public static final long FUTURE_MS_MAX = 24 * 3_600_000L;

    private static final int EVENT_BYTES_USUAL = 768;

    private EventCodec() {}

    public static byte[] encode(RequestEvent event) {
        try (ByteArrayBuilder out = new ByteArrayBuilder(EVENT_BYTES_USUAL)) {
            encodeTo(event, out);
            return out.toByteArray();
        }
    }

    /// Writes the event and closes the stream.
    public static void encodeTo(RequestEvent event, OutputStream out) {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeName(EventNames.ID).writeString(event.id().toString());
            json.writeName(EventNames.TENANT_ID).writeString(event.tenantId());
            text(json, EventNames.USER_ID, event.userId());
            json.writeName(EventNames.EVENT_TYPE).writeString(event.eventType().wireName());
            text(json, EventNames.ENDPOINT, event.endpoint());
            text(json, EventNames.METHOD, event.method());
            text(json, EventNames.ROUTE, event.route());
            json.writeName(EventNames.DURATION_MS).writeNumber(event.durationMs());
            json.writeName(EventNames.DB_QUERY_COUNT).writeNumber(event.dbQueryCount());
            number(json, EventNames.DB_DURATION_MS, event.dbDurationMs());
            number(json, EventNames.RESPONSE_STATUS, event.responseStatus());
            json.writeName(EventNames.BYTES_SENT).writeNumber(event.bytesSent());
            json.writeName(EventNames.BYTES_RECEIVED).writeNumber(event.bytesReceived());
            number(json, EventNames.BYTES_STORED, event.bytesStored());
            json.writeName(EventNames.UNITS).writeNumber(event.units());
            byte[] time = IsoTime.formatMillisBytes(event.eventTimeMs());
            json.writeName(EventNames.EVENT_TIME).writeRawUTF8String(time, 0, time.length);
            json.writeName(EventNames.SOURCE).writeString(event.source());
            json.writeName(EventNames.SEQUENCE).writeNumber(event.sequence());
            if (event.voids() != null) {
                json.writeName(EventNames.VOIDS).writeString(event.voids().toString());
            }
            json.writeEndObject();
        }
    }

    /// Judges one record: the bytes of its value (null for a tombstone) and the timestamp that the broker
    /// gave it. Never throws.
    public static Validated validate(byte @Nullable [] json, long brokerTimestampMs) {
        try {
            RequestEvent event = JsonFields.read(json, EVENT_BYTES_MAX, fields -> new EventDraft().read(fields));
            if (event.eventTimeMs() - FUTURE_MS_MAX > brokerTimestampMs) {
                return new Validated.Invalid(
                        "eventTime", "must not be more than 24 h later than the broker's timestamp of the record");
            }
            return new Validated.Valid(event);
        } catch (InvalidFieldException e) {
            return new Validated.Invalid(e.field(), e.reason());
        }
    }

    /// The place in its source of a record that `validate` refused, where that much of it can be read: what
    /// goes to the dead letters counts as seen.
    public static Optional<EventIdentity> identify(byte @Nullable [] json) {
        try {
            return Optional.of(JsonFields.read(json, Integer.MAX_VALUE, EventCodec::readIdentity));
        } catch (InvalidFieldException e) {
            return Optional.empty();
        }
    }

    private static EventIdentity readIdentity(JsonFields fields) {
        String source = null;
        Long sequence = null;
        for (String name = fields.next(); name != null; name = fields.next()) {
            switch (name) {
                case "source" -> source = fields.text();
                case "sequence" -> sequence = fields.number();
                default -> fields.skip();
            }
        }
        return new EventIdentity(JsonFields.required("source", source), JsonFields.required("sequence", sequence));
    }

    private static void text(JsonGenerator json, SerializableString name, @Nullable String value) {
        if (value != null) {
            json.writeName(name).writeString(value);
        }
    }

    private static void number(JsonGenerator json, SerializableString name, @Nullable Number value) {
        if (value != null) {
            json.writeName(name).writeNumber(value.longValue());
        }
    }
}
