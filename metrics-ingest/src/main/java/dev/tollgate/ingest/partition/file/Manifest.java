package dev.tollgate.ingest.partition.file;

import dev.tollgate.ingest.partition.MonthExport;
import dev.tollgate.ingest.partition.TenantTotals;
import java.io.OutputStream;
import java.time.YearMonth;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// The JSON beside an exported month: `month` (`2024-01`), `table`, `columns`, `tenants` (`tenantId`, `rows`,
/// `voids`, `units`, `fingerprint`) in the order of the rows, then over all tenants `rows`, `voids`, `units`,
/// `fingerprint`, and of the compressed file `file`, `fileBytes`, `sha256` (hexadecimal). Fingerprints are texts: most
/// readers of JSON cannot hold 64 bits. Units and fingerprints subtract voids.
final class Manifest implements AutoCloseable {

    private static final String TABLE = "tenant_metrics_raw";

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private final JsonGenerator json;
    private long rows;
    private long voids;
    private long units;
    private long fingerprint;

    Manifest(OutputStream out, YearMonth month, List<String> columns) {
        json = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
        json.writeStartObject();
        json.writeName("month").writeString(month.toString());
        json.writeName("table").writeString(TABLE);
        json.writeName("columns").writeStartArray();
        columns.forEach(json::writeString);
        json.writeEndArray();
        json.writeName("tenants").writeStartArray();
    }

    void add(TenantTotals tenant) {
        rows += tenant.rows();
        voids += tenant.voids();
        units += tenant.units();
        fingerprint += tenant.fingerprint();
        json.writeStartObject();
        json.writeName("tenantId").writeString(tenant.tenantId());
        totals(tenant.rows(), tenant.voids(), tenant.units(), tenant.fingerprint());
        json.writeEndObject();
    }

    MonthExport finish(YearMonth month, String fileName, long fileBytes, String sha256) {
        json.writeEndArray();
        totals(rows, voids, units, fingerprint);
        json.writeName("file").writeString(fileName);
        json.writeName("fileBytes").writeNumber(fileBytes);
        json.writeName("sha256").writeString(sha256);
        json.writeEndObject();
        json.flush();
        return new MonthExport(month, rows, voids, units, fingerprint, fileName, fileBytes, sha256);
    }

    @Override
    public void close() {
        json.close();
    }

    private void totals(long rowCount, long voidCount, long unitSum, long fingerprintSum) {
        json.writeName("rows").writeNumber(rowCount);
        json.writeName("voids").writeNumber(voidCount);
        json.writeName("units").writeNumber(unitSum);
        json.writeName("fingerprint").writeString(Long.toString(fingerprintSum));
    }
}
