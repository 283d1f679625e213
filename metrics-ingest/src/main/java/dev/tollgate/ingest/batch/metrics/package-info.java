/// Counts what ingest does.
@NullMarked
package dev.tollgate.ingest.batch.metrics;

import org.jspecify.annotations.NullMarked;
