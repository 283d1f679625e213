/// From the topic of buckets to the table. Pure.
@NullMarked
package dev.tollgate.aggregator.sink;

import org.jspecify.annotations.NullMarked;
