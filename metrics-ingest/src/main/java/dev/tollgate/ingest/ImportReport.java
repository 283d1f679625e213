package dev.tollgate.ingest;

import dev.tollgate.ingest.intake.accesslog.ImportSummary;
import dev.tollgate.ingest.intake.accesslog.ImportSummary.BadLine;
import dev.tollgate.ingest.intake.accesslog.ImportSummary.TenantUsage;
import java.io.PrintStream;
import java.time.YearMonth;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// The result of an import as one JSON object:
/// `file`, `lines`, `requests`, `accepted`, `repeated`, `conflicting`, `bad`,
/// where `lines` = `accepted` + `repeated` + `conflicting` + `bad`: what the intake would refuse
/// is a bad line. Then `badLines` (`line`, `reason`), `tenantsRegistered`, `months` (`2015-05`),
/// `tenants` (`tenantId`, `requests`, `errors`, `bytesSent`), most requests first.
final class ImportReport {

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private ImportReport() {}

    static void write(String file, ImportSummary summary, PrintStream out) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeName("file").writeString(file);
            json.writeName("lines").writeNumber(summary.lines());
            json.writeName("requests").writeNumber(summary.requests());
            json.writeName("accepted").writeNumber(summary.accepted());
            json.writeName("repeated").writeNumber(summary.repeated());
            json.writeName("conflicting").writeNumber(summary.conflicting());
            json.writeName("bad").writeNumber(summary.bad());
            json.writeName("badLines").writeStartArray();
            for (BadLine line : summary.badLines()) {
                json.writeStartObject();
                json.writeName("line").writeNumber(line.number());
                json.writeName("reason").writeString(line.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeName("tenantsRegistered")
                    .writeNumber(summary.registration().registered());
            json.writeName("months").writeStartArray();
            for (YearMonth month : summary.months()) {
                json.writeString(month.toString());
            }
            json.writeEndArray();
            tenants(json, summary);
            json.writeEndObject();
        }
        out.println();
    }

    private static void tenants(JsonGenerator json, ImportSummary summary) {
        json.writeName("tenants").writeStartArray();
        for (TenantUsage tenant : summary.tenants()) {
            json.writeStartObject();
            json.writeName("tenantId").writeString(tenant.tenantId());
            json.writeName("requests").writeNumber(tenant.requests());
            json.writeName("errors").writeNumber(tenant.errors());
            json.writeName("bytesSent").writeNumber(tenant.bytesSent());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
