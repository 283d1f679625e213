package dev.tollgate.ingest;

import dev.tollgate.ingest.replay.ReplaySummary;
import dev.tollgate.ingest.replay.ReplaySummary.Left;
import java.io.PrintStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// The result of a replay as one JSON object with the fields of `ReplaySummary`; `left` has `partition`, `offset`,
/// `tenantId`, `reason`.
final class ReplayReport {

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private ReplayReport() {}

    static void write(ReplaySummary summary, PrintStream out) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeName("read").writeNumber(summary.read());
            json.writeName("selected").writeNumber(summary.selected());
            json.writeName("accepted").writeNumber(summary.accepted());
            json.writeName("repeated").writeNumber(summary.repeated());
            json.writeName("stored").writeNumber(summary.stored());
            json.writeName("conflicting").writeNumber(summary.conflicting());
            json.writeName("bad").writeNumber(summary.bad());
            json.writeName("left").writeStartArray();
            for (Left left : summary.left()) {
                json.writeStartObject();
                json.writeName("partition").writeNumber(left.partition());
                json.writeName("offset").writeNumber(left.offset());
                json.writeName("tenantId").writeString(left.tenant());
                json.writeName("reason").writeString(left.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println();
    }
}
