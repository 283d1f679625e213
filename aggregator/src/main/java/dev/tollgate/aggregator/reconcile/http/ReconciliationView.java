package dev.tollgate.aggregator.reconcile.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tollgate.aggregator.reconcile.FindingKind;
import dev.tollgate.aggregator.reconcile.ReconcileState;
import dev.tollgate.aggregator.reconcile.ScanProgress;
import dev.tollgate.schema.access.web.Page;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The reconciler as JSON.
///
/// @param lastRunAt when hours were last compared; left out before the first time
/// @param open how many findings of each kind are open
/// @param red those of them that nothing in the house will mend
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReconciliationView(
        @Nullable String lastRunAt,
        long hoursCompared,
        long rangesUnchecked,
        List<Scan> scans,
        Map<String, Long> open,
        long red,
        List<FindingView> items,
        @Nullable String nextCursor) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Scan(
            String scan,
            @Nullable String from,
            @Nullable String to,
            @Nullable String completedAt,
            @Nullable String lastRunAt,
            long hoursCompared,
            long rangesUnchecked) {

        static Scan of(ScanProgress progress) {
            return new Scan(
                    progress.scan(),
                    FindingView.text(progress.spanFrom()),
                    FindingView.text(progress.spanTo()),
                    FindingView.text(progress.completedAt()),
                    FindingView.text(progress.lastPageAt()),
                    progress.hoursCompared(),
                    progress.rangesUnchecked());
        }
    }

    static ReconciliationView of(ReconcileState state, Page<FindingView> page) {
        Map<String, Long> open = new LinkedHashMap<>();
        for (FindingKind kind : FindingKind.values()) {
            open.put(kind.wireName(), state.open().of(kind));
        }
        @Nullable
        Instant lastRunAt = state.scans().stream()
                .map(ScanProgress::lastPageAt)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
        return new ReconciliationView(
                FindingView.text(lastRunAt),
                state.scans().stream().mapToLong(ScanProgress::hoursCompared).sum(),
                state.scans().stream().mapToLong(ScanProgress::rangesUnchecked).sum(),
                state.scans().stream().map(Scan::of).toList(),
                open,
                state.open().red(),
                page.items(),
                page.nextCursor());
    }
}
