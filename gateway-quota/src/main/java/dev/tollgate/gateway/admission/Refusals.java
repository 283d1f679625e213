package dev.tollgate.gateway.admission;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The denials that a page remembers, one per cost: what one token waits for is too soon for ten. Touched only under
/// the page's monitor.
final class Refusals {

    /// Costs remembered apart. With more of them, the dearest denial that was cheaper answers.
    static final int COSTS_MAX = 4;

    private final List<Refusal> remembered = new ArrayList<>(1);

    /// The denial in force for a request of this cost; null when only the ledger can tell.
    @Nullable
    Refusal find(long cost, long nowNanos) {
        Refusal cheaper = null;
        for (int i = 0; i < remembered.size(); i++) {
            Refusal each = remembered.get(i);
            if (each.isOver(nowNanos)) {
                continue;
            }
            if (each.need() == cost || !each.isKnown()) {
                return each;
            }
            if (each.need() < cost && (cheaper == null || each.need() > cheaper.need())) {
                cheaper = each;
            }
        }
        return remembered.size() >= COSTS_MAX ? cheaper : null;
    }

    void add(Refusal refusal, long nowNanos) {
        remembered.removeIf(each -> each.need() == refusal.need() || each.isOver(nowNanos));
        if (remembered.size() >= COSTS_MAX) {
            remembered.removeFirst();
        }
        remembered.add(refusal);
    }

    /// Tokens were granted: requests that cost no more can have some.
    void granted(long tokens) {
        remembered.removeIf(each -> each.need() <= tokens || !each.isKnown());
    }

    boolean isEmpty() {
        return remembered.isEmpty();
    }
}
