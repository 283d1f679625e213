package dev.tollgate.gateway.admission;

import java.util.ArrayList;
import java.util.List;

/// The surroundings of one page: what it asked for, and a clock and a number of gateways in the test's hands.
final class PageFixture implements PageHost {

    final List<TenantLeases> queued = new ArrayList<>();
    final List<Long> alarms = new ArrayList<>();
    final MemoryReserveStore store = new MemoryReserveStore();
    private final ReserveKeeper reserves = new ReserveKeeper(store, 1, () -> 0);
    long epochMs = 1_700_000_000_000L;
    int gateways = 1;

    @Override
    public void exchange(TenantLeases page) {
        queued.add(page);
    }

    @Override
    public void alarm(TenantLeases page, long atNanos) {
        alarms.add(atNanos);
    }

    @Override
    public int gateways() {
        return gateways;
    }

    @Override
    public long epochMs() {
        return epochMs;
    }

    @Override
    public ReserveKeeper reserves() {
        return reserves;
    }
}
