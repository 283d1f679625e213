/// The tables of hourly buckets and of stale hours.
@NullMarked
package dev.tollgate.aggregator.fold.postgres;

import org.jspecify.annotations.NullMarked;
