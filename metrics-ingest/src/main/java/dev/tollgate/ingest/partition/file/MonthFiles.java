package dev.tollgate.ingest.partition.file;

import dev.tollgate.ingest.partition.MonthArchive;
import dev.tollgate.ingest.partition.MonthExport;
import dev.tollgate.ingest.partition.TenantTotals;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.YearMonth;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// Months as `tenant_metrics_raw_2024_01.csv.gz` with `tenant_metrics_raw_2024_01.manifest.json` in one folder, which
/// must outlast the database's disk. What PostgreSQL's `COPY … (FORMAT csv, HEADER)` reads.
public final class MonthFiles implements MonthArchive {

    private static final int BUFFER_BYTES = 64 * 1_024;

    private final Path folder;
    private final StrikePoints strikePoints;

    /// Throws `IllegalArgumentException` when that is no folder that can be written.
    public MonthFiles(Path folder, StrikePoints strikePoints) {
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new IllegalArgumentException("cannot export months to " + folder + ": no folder that can be written");
        }
        this.folder = folder;
        this.strikePoints = strikePoints;
    }

    @Override
    public boolean has(MonthExport export) {
        Path file = folder.resolve(export.fileName());
        try {
            return Files.exists(file)
                    && Files.exists(manifest(export.month()))
                    && sha256(file).equals(export.sha256());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public MonthExport write(YearMonth month, Rows rows, Totals totals) {
        Path file = folder.resolve(name(month) + ".csv.gz");
        try {
            DurableFile.write(
                    file,
                    out -> {
                        GZIPOutputStream gzip = new GZIPOutputStream(out, BUFFER_BYTES);
                        rows.copyTo(gzip);
                        gzip.finish();
                    },
                    () -> strikePoints.pass(StrikePoints.EXPORT_BEFORE_RENAME));
            AtomicReference<MonthExport> export = new AtomicReference<>();
            DurableFile.write(
                    manifest(month),
                    out -> {
                        try (InputStream csv = open(file)) {
                            ExportReader read = new ExportReader(csv);
                            try (Manifest manifest = new Manifest(out, month, read.columns())) {
                                totals.forEach(tenant -> manifest.add(same(month, tenant, read)));
                                requireNone(month, read.next());
                                export.set(manifest.finish(
                                        month, file.getFileName().toString(), Files.size(file), sha256(file)));
                            }
                        }
                    },
                    () -> {});
            return export.get();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot export the raw month " + month + " to " + file, e);
        }
    }

    private static TenantTotals same(YearMonth month, TenantTotals table, ExportReader read) {
        try {
            Optional<TenantTotals> file = read.next();
            if (!file.equals(Optional.of(table))) {
                throw new IllegalStateException("the export of the raw month " + month + " differs from the table: "
                        + file.map(TenantTotals::toString).orElse("nothing") + " instead of " + table);
            }
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read back the export of the raw month " + month, e);
        }
    }

    private static void requireNone(YearMonth month, Optional<TenantTotals> more) {
        more.ifPresent(tenant -> {
            throw new IllegalStateException(
                    "the export of the raw month " + month + " has rows that the table has not: " + tenant);
        });
    }

    private static InputStream open(Path file) throws IOException {
        return new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES);
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (in.read(buffer) >= 0) {
                // Reading is all that the digest needs.
                continue;
            }
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private Path manifest(YearMonth month) {
        return folder.resolve(name(month) + ".manifest.json");
    }

    private static String name(YearMonth month) {
        return "tenant_metrics_raw_" + month.toString().replace('-', '_');
    }
}
