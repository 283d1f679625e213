package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A ledger that keeps all it was ever told and counts it anew for each call: slow, and plain enough to be believed.
/// It follows the slots of the real one, so that both must grant the same.
public final class InMemoryQuotaLedger implements ClockedLedger {

    private static final long SECOND_US = 1_000_000;

    /// A row of the ledger, or with the empty tenant the policy of all.
    private record Row(String tenantId, String policy) {}

    private final Map<String, ZoneId> zones = new HashMap<>();
    private final Map<Row, Limits> limits = new HashMap<>();
    private final Map<Row, LedgerAccount> accounts = new HashMap<>();
    private final Map<String, Long> heardAtUs = new HashMap<>();
    private long clockUs;

    @Override
    public void setClock(Instant now) {
        clockUs = now.getEpochSecond() * SECOND_US + now.getNano() / 1_000;
    }

    @Override
    public void setLimits(String tenantId, ZoneId zone, Limits ofTenant) {
        zones.put(tenantId, zone);
        limits.put(new Row(tenantId, ""), ofTenant);
    }

    @Override
    public void setDbQueriesPerHour(String tenantId, long limit) {
        limits.put(new Row(tenantId, UsageBooking.DB_QUERIES), Limits.onlyPerHour(limit));
    }

    @Override
    public void setRoutePolicy(String tenantId, String policy, @Nullable Limits ofPolicy) {
        if (ofPolicy == null) {
            limits.remove(new Row(tenantId, policy));
        } else {
            limits.put(new Row(tenantId, policy), ofPolicy);
        }
    }

    @Override
    public QuotaLedger as(String gateway) {
        return wants -> wants.stream().map(want -> exchange(gateway, want)).toList();
    }

    @Override
    public UsageLedger usageAs(String gateway) {
        return new UsageLedger() {
            @Override
            public int attend() {
                heardAtUs.put(gateway, clockUs);
                long silentUs = clockUs - GATEWAY_SILENCE_SECONDS_MAX * SECOND_US;
                return (int)
                        heardAtUs.values().stream().filter(at -> at > silentUs).count();
            }

            @Override
            public List<UsageAnswer> book(List<UsageBooking> bookings) {
                return bookings.stream()
                        .map(booking -> InMemoryQuotaLedger.this.book(gateway, booking))
                        .toList();
            }
        };
    }

    @Override
    public void close() {
        accounts.clear();
    }

    private LeaseGrant exchange(String gateway, LeaseWant want) {
        LedgerAccount account = account(want.tenantId(), want.policy());
        return account == null
                ? new LeaseGrant(false, 0, 0, clockUs, clockUs, null, 0, 0, List.of())
                : account.exchange(gateway, want);
    }

    private UsageAnswer book(String gateway, UsageBooking booking) {
        LedgerAccount account = account(booking.tenantId(), booking.policy());
        return account == null ? new UsageAnswer(false, "", 0, 0, clockUs, List.of()) : account.book(gateway, booking);
    }

    /// The row with its limits in force; null when it has none.
    private @Nullable LedgerAccount account(String tenantId, String policy) {
        ZoneId zone = zones.get(tenantId);
        Row row = new Row(tenantId, policy);
        Limits inForce = limits.getOrDefault(row, limits.get(new Row("", policy)));
        if (zone == null || inForce == null) {
            return null;
        }
        return accounts.computeIfAbsent(row, fresh -> new LedgerAccount(zone, inForce, clockUs))
                .at(clockUs, inForce);
    }
}
