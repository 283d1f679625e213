package dev.tollgate.schema.contract;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/// The Kafka headers of `usage.requests.v1`: CloudEvents 1.0 attributes in binary mode.
public final class CloudEventHeaders {

    public static final String SPEC_VERSION = "ce_specversion";
    public static final String ID = "ce_id";
    public static final String TYPE = "ce_type";
    public static final String SOURCE = "ce_source";
    public static final String TIME = "ce_time";
    public static final String SUBJECT = "ce_subject";
    public static final String CONTENT_TYPE = "content-type";

    public static final String REQUEST_TYPE = "dev.tollgate.usage.request.v1";
    public static final String SOURCE_PREFIX = "tollgate:";

    private static final byte[] SPEC_VERSION_1_0 = bytes("1.0");
    private static final byte[] REQUEST_TYPE_BYTES = bytes(REQUEST_TYPE);
    private static final byte[] APPLICATION_JSON = bytes("application/json");

    private CloudEventHeaders() {}

    /// Gives every header of the event's record to `header`, name and value.
    public static void forEach(RequestEvent event, BiConsumer<String, byte[]> header) {
        header.accept(SPEC_VERSION, SPEC_VERSION_1_0.clone());
        header.accept(ID, bytes(event.id().toString()));
        header.accept(TYPE, REQUEST_TYPE_BYTES.clone());
        header.accept(SOURCE, bytes(SOURCE_PREFIX + event.source()));
        header.accept(TIME, IsoTime.formatMillisBytes(event.eventTimeMs()));
        header.accept(SUBJECT, bytes(event.tenantId()));
        header.accept(CONTENT_TYPE, APPLICATION_JSON.clone());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
