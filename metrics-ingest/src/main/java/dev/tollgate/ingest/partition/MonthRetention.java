package dev.tollgate.ingest.partition;

import dev.tollgate.schema.access.strike.StrikePoints;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes raw months out of the database that are older than what is kept: seal, export, compare, drop. Every step
/// can be repeated after a crash, and a month goes only when its file was read back. One thread owns an instance.
///
/// A month that something holds, or that somebody is reading just then, waits for the next run.
public final class MonthRetention {

    private static final Logger LOG = LoggerFactory.getLogger(MonthRetention.class);

    private final Months months;
    private final RawMonths rawMonths;
    private final MonthArchive archive;
    private final StrikePoints strikePoints;
    private final int monthsKept;
    private final InstantSource clock;

    /// @param monthsKept whole months before the current one that stay in the database
    public MonthRetention(
            Months months,
            RawMonths rawMonths,
            MonthArchive archive,
            StrikePoints strikePoints,
            int monthsKept,
            InstantSource clock) {
        this.months = months;
        this.rawMonths = rawMonths;
        this.archive = archive;
        this.strikePoints = strikePoints;
        this.monthsKept = monthsKept;
        this.clock = clock;
    }

    /// Looks at all months once, the oldest first. A month that fails is logged and keeps none of the others.
    public void run() {
        if (!rawMonths.alone(this::retireAll)) {
            LOG.debug("Another instance is retiring raw months");
        }
    }

    private void retireAll() {
        YearMonth current = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
        for (YearMonth month : months.made().headSet(current.minusMonths(monthsKept))) {
            try {
                retire(month);
            } catch (RuntimeException e) {
                LOG.error("Could not retire the raw month {}; it stays", month, e);
            }
        }
    }

    private void retire(YearMonth month) {
        List<String> holds = rawMonths.holds(month);
        if (!holds.isEmpty()) {
            LOG.info("The raw month {} stays: {}", month, String.join("; ", holds));
            return;
        }
        if (!rawMonths.seal(month)) {
            LOG.info("The raw month {} is in use; sealing it next time", month);
            return;
        }
        MonthExport export = rawMonths.exported(month).filter(archive::has).orElseGet(() -> export(month));
        strikePoints.pass(StrikePoints.EXPORT_BEFORE_DROP);
        if (rawMonths.drop(export)) {
            LOG.info("Dropped the raw month {}: its {} rows are in {}", month, export.rows(), export.fileName());
        } else {
            LOG.info("The raw month {} is in use; dropping it next time", month);
        }
    }

    private MonthExport export(YearMonth month) {
        MonthExport export =
                archive.write(month, out -> rawMonths.copy(month, out), each -> rawMonths.totals(month, each));
        rawMonths.record(export);
        LOG.info("Exported the raw month {}: {} rows, {} bytes", month, export.rows(), export.fileBytes());
        return export;
    }
}
