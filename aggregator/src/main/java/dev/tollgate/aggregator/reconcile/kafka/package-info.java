/// Publishes recomputed buckets.
@NullMarked
package dev.tollgate.aggregator.reconcile.kafka;

import org.jspecify.annotations.NullMarked;
