/// Month partitions of the raw table, made ahead of time.
@NullMarked
package dev.tollgate.ingest.partition;

import org.jspecify.annotations.NullMarked;
