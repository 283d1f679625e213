package dev.tollgate.aggregator.fold;

import dev.tollgate.schema.contract.HourlyBucket;
import java.time.Instant;

/// One hour of one tenant.
///
/// @param hourMs epoch milliseconds of the hour's start
public record HourKey(String tenantId, long hourMs) implements Comparable<HourKey> {

    public static HourKey of(HourlyBucket bucket) {
        return new HourKey(bucket.tenantId(), bucket.hourBucket().toEpochMilli());
    }

    public Instant hour() {
        return Instant.ofEpochMilli(hourMs);
    }

    /// By tenant, then hour: the order in which every writer locks rows.
    @Override
    public int compareTo(HourKey other) {
        int byTenant = tenantId.compareTo(other.tenantId);
        return byTenant != 0 ? byTenant : Long.compare(hourMs, other.hourMs);
    }
}
