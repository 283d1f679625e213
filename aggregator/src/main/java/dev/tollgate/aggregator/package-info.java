/// Hourly buckets from the log of requests: folded by Kafka Streams, stored in PostgreSQL, recomputed from raw.
@NullMarked
package dev.tollgate.aggregator;

import org.jspecify.annotations.NullMarked;
