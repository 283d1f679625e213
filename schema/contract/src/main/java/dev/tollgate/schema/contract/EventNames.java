package dev.tollgate.schema.contract;

import tools.jackson.core.io.SerializedString;

/// The field names of a `RequestEvent` in JSON, kept in the form that the generator writes fastest.
final class EventNames {

    static final SerializedString ID = new SerializedString("id");
    static final SerializedString TENANT_ID = new SerializedString("tenantId");
    static final SerializedString USER_ID = new SerializedString("userId");
    static final SerializedString EVENT_TYPE = new SerializedString("eventType");
    static final SerializedString ENDPOINT = new SerializedString("endpoint");
    static final SerializedString METHOD = new SerializedString("method");
    static final SerializedString ROUTE = new SerializedString("route");
    static final SerializedString DURATION_MS = new SerializedString("durationMs");
    static final SerializedString DB_QUERY_COUNT = new SerializedString("dbQueryCount");
    static final SerializedString DB_DURATION_MS = new SerializedString("dbDurationMs");
    static final SerializedString RESPONSE_STATUS = new SerializedString("responseStatus");
    static final SerializedString BYTES_SENT = new SerializedString("bytesSent");
    static final SerializedString BYTES_RECEIVED = new SerializedString("bytesReceived");
    static final SerializedString BYTES_STORED = new SerializedString("bytesStored");
    static final SerializedString UNITS = new SerializedString("units");
    static final SerializedString EVENT_TIME = new SerializedString("eventTime");
    static final SerializedString SOURCE = new SerializedString("source");
    static final SerializedString SEQUENCE = new SerializedString("sequence");
    static final SerializedString VOIDS = new SerializedString("voids");

    private EventNames() {}
}
