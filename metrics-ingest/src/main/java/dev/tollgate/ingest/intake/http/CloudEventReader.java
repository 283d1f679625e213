package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.IncomingEvent;
import dev.tollgate.ingest.intake.IncomingVoid;
import dev.tollgate.ingest.intake.accesslog.AccessLogImporter;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.ProblemException;
import dev.tollgate.schema.contract.EventText;
import dev.tollgate.schema.contract.EventType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads CloudEvents 1.0 of one tenant's key. The types are `dev.tollgate.usage.<event type>.v1` for what happened and
/// `dev.tollgate.usage.void.v1` for taking it back. Attributes that are not needed here are passed over; a member of
/// the data that is unknown is refused, since it may be a count under a wrong name.
final class CloudEventReader {

    static final String TYPE_PREFIX = "dev.tollgate.usage.";
    static final String TYPE_SUFFIX = ".v1";
    static final String VOID_TYPE = TYPE_PREFIX + "void" + TYPE_SUFFIX;

    /// Of what a sender wrote, in a problem.
    static final int ECHO_CHARS_MAX = 300;

    private static final String RESERVED_PREFIX = "tollgate:";
    private static final Set<String> VOID_MEMBERS = Set.of("tenantId", "voids", "reason");
    private static final Set<String> ORIGINAL_MEMBERS = Set.of("source", "id");

    private final TenantKey key;

    CloudEventReader(TenantKey key) {
        this.key = key;
    }

    /// A CloudEvent in structured mode.
    Item structured(JsonNode event, Paths paths) {
        if (!event.isObject()) {
            return new Item.Bad(paths, null, Problem.of(ProblemType.BAD_REQUEST, "a CloudEvent must be a JSON object"));
        }
        Function<String, @Nullable String> attributes = name -> {
            JsonNode value = event.path(name);
            if (value.isMissingNode() || value.isNull()) {
                return null;
            }
            if (!value.isString()) {
                throw invalid(paths.attribute(name), "must be a string");
            }
            return value.stringValue();
        };
        if (event.has("data_base64")) {
            return bad(paths, attributes, invalid(paths.attribute("data_base64"), "is not read; send data as JSON"));
        }
        return read(attributes, event.path("data"), paths);
    }

    /// A CloudEvent in binary mode.
    ///
    /// @param attributes values by the attributes' names
    Item binary(Function<String, @Nullable String> attributes, JsonNode data) {
        return read(attributes, data, Paths.BINARY);
    }

    private Item read(Function<String, @Nullable String> attributes, JsonNode data, Paths paths) {
        try {
            if (!"1.0".equals(required(attributes, "specversion", paths))) {
                throw invalid(paths.attribute("specversion"), "must be 1.0");
            }
            String id = required(attributes, "id", paths);
            String source = required(attributes, "source", paths);
            if (source.startsWith(RESERVED_PREFIX) || source.equals(AccessLogImporter.PRODUCER)) {
                throw invalid(paths.attribute("source"), "is a name that Tollgate uses itself");
            }
            String type = required(attributes, "type", paths);
            requireJson(attributes.apply("datacontenttype"), paths);
            EventData members = new EventData(data, paths);
            requireOwnTenant(members, paths);
            if (type.equals(VOID_TYPE)) {
                return new Item.Void(paths, wish(id, source, members, paths));
            }
            EventType eventType = eventType(type, paths);
            Instant time = time(required(attributes, "time", paths), paths);
            return new Item.Event(
                    paths, new IncomingEvent(source, id, key.tenantId(), eventType, time, members.usage(eventType)));
        } catch (ProblemException e) {
            return bad(paths, attributes, e);
        }
    }

    private static Item bad(Paths paths, Function<String, @Nullable String> attributes, ProblemException fault) {
        try {
            return new Item.Bad(paths, attributes.apply("id"), fault.problem());
        } catch (ProblemException idIsNoText) {
            return new Item.Bad(paths, null, fault.problem());
        }
    }

    private IncomingVoid wish(String id, String source, EventData data, Paths paths) {
        data.only(VOID_MEMBERS);
        EventData voids = data.object("voids");
        voids.only(ORIGINAL_MEMBERS);
        String voidedSource = voids.text("source");
        if (voidedSource != null && !voidedSource.equals(source)) {
            throw fault(ProblemType.FORBIDDEN, paths.member("voids.source"), "must be the void's own source");
        }
        return new IncomingVoid(
                source,
                id,
                key.tenantId(),
                voids.requiredText("id"),
                data.requiredText("reason"),
                "key:" + key.keyId());
    }

    private void requireOwnTenant(EventData data, Paths paths) {
        String tenantId = data.text("tenantId");
        if (tenantId != null && !tenantId.equals(key.tenantId())) {
            throw fault(
                    ProblemType.FORBIDDEN,
                    paths.member("tenantId"),
                    "must be " + key.tenantId() + ", whose key this is");
        }
    }

    private static void requireJson(@Nullable String contentType, Paths paths) {
        if (contentType != null && !MediaTypes.isJson(contentType)) {
            throw invalid(paths.attribute("datacontenttype"), "must be application/json");
        }
    }

    private static EventType eventType(String type, Paths paths) {
        EventType known = type.startsWith(TYPE_PREFIX)
                        && type.endsWith(TYPE_SUFFIX)
                        && type.length() > TYPE_PREFIX.length() + TYPE_SUFFIX.length()
                ? EventType.fromWireName(type.substring(TYPE_PREFIX.length(), type.length() - TYPE_SUFFIX.length()))
                : null;
        if (known == null) {
            throw invalid(
                    paths.attribute("type"),
                    "must be " + TYPE_PREFIX + "X" + TYPE_SUFFIX
                            + " with api_request, db_query, storage_write, ai_request or void");
        }
        return known;
    }

    private static Instant time(String text, Paths paths) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw invalid(paths.attribute("time"), "must be a time of RFC 3339, such as 2026-01-31T12:00:00.123Z");
        }
    }

    private static String required(Function<String, @Nullable String> attributes, String name, Paths paths) {
        String value = attributes.apply(name);
        if (value == null || value.isEmpty()) {
            throw invalid(paths.attribute(name), "is missing");
        }
        return value;
    }

    static ProblemException invalid(String path, String reason) {
        return fault(ProblemType.INVALID_EVENT, path, reason);
    }

    /// A path may hold a name that the sender chose, which need not be text that JSON can carry.
    private static ProblemException fault(ProblemType type, String where, String reason) {
        String path = EventText.clean(where, ECHO_CHARS_MAX);
        return new ProblemException(Problem.of(type, path + " " + reason).with("path", path));
    }
}
