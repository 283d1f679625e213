package dev.tollgate.schema.contract;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The objects of a bucket's `routes` to and from `RouteUsage`.
final class RouteUsageCodec {

    private RouteUsageCodec() {}

    static void write(RouteUsage usage, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("route", usage.route());
        json.writeNumberProperty("events", usage.events());
        json.writeNumberProperty("requests", usage.requests());
        json.writeNumberProperty("billable", usage.billable());
        json.writeNumberProperty("successful", usage.successful());
        json.writeNumberProperty("failed", usage.failed());
        json.writeNumberProperty("units", usage.units());
        json.writeNumberProperty("totalDurationMs", usage.totalDurationMs());
        json.writeNumberProperty("bytesSent", usage.bytesSent());
        json.writeNumberProperty("bytesReceived", usage.bytesReceived());
        json.writeEndObject();
    }

    static RouteUsage read(JsonFields fields) {
        Draft draft = new Draft();
        for (String name = fields.next(); name != null; name = fields.next()) {
            draft.take(name, fields);
        }
        return draft.build();
    }

    /// Collects the fields in whatever order they come.
    private static final class Draft {
        private @Nullable String route;
        private @Nullable Long events;
        private @Nullable Long requests;
        private @Nullable Long billable;
        private @Nullable Long successful;
        private @Nullable Long failed;
        private @Nullable Long units;
        private @Nullable Long totalDurationMs;
        private @Nullable Long bytesSent;
        private @Nullable Long bytesReceived;

        void take(String name, JsonFields fields) {
            switch (name) {
                case "route" -> route = fields.text();
                case "events" -> events = fields.number();
                case "requests" -> requests = fields.number();
                case "billable" -> billable = fields.number();
                case "successful" -> successful = fields.number();
                case "failed" -> failed = fields.number();
                case "units" -> units = fields.number();
                case "totalDurationMs" -> totalDurationMs = fields.number();
                case "bytesSent" -> bytesSent = fields.number();
                case "bytesReceived" -> bytesReceived = fields.number();
                default -> fields.skip();
            }
        }

        RouteUsage build() {
            return new RouteUsage(
                    JsonFields.required("routes.route", route),
                    JsonFields.required("routes.events", events),
                    JsonFields.required("routes.requests", requests),
                    JsonFields.required("routes.billable", billable),
                    JsonFields.required("routes.successful", successful),
                    JsonFields.required("routes.failed", failed),
                    JsonFields.required("routes.units", units),
                    JsonFields.required("routes.totalDurationMs", totalDurationMs),
                    JsonFields.required("routes.bytesSent", bytesSent),
                    JsonFields.required("routes.bytesReceived", bytesReceived));
        }
    }
}
