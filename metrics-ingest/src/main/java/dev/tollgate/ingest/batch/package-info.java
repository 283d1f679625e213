/// From polled records to a batch that can be stored: validation, sequences, dead letters, retries.
@NullMarked
package dev.tollgate.ingest.batch;

import org.jspecify.annotations.NullMarked;
