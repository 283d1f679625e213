package dev.tollgate.aggregator.topology;

import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.StaleHour;

/// Where changed buckets and stale hours go.
public interface FoldOutput {

    void bucket(HourlyBucket bucket);

    void stale(StaleHour hour, StaleReason reason);
}
