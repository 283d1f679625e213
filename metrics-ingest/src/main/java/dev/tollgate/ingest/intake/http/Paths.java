package dev.tollgate.ingest.intake.http;

/// Where the parts of a CloudEvent stand in a request, for naming what is wrong: JSON paths, or names of header fields.
///
/// @param attributes what stands before an attribute's name
/// @param data path of the data
record Paths(String attributes, String data) {

    /// Attributes in header fields, the body is the data.
    static final Paths BINARY = new Paths("ce-", "$");

    /// The whole body, or a line of it.
    static final Paths STRUCTURED = new Paths("$.", "$.data");

    static Paths inBatch(int index) {
        return new Paths("$[" + index + "].", "$[" + index + "].data");
    }

    String attribute(String name) {
        return attributes + name;
    }

    String member(String name) {
        return data + "." + name;
    }

    /// The path of a field as the intake names it.
    String ofField(String field) {
        return switch (field) {
            case "id", "source", "time", "type" -> attribute(field);
            case "eventTime" -> attribute("time");
            default -> member(field);
        };
    }
}
