/// The raw table's months as Micrometer's gauges.
@NullMarked
package dev.tollgate.ingest.partition.metrics;

import org.jspecify.annotations.NullMarked;
