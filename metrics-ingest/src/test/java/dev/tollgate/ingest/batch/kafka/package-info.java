@NullMarked
package dev.tollgate.ingest.batch.kafka;

import org.jspecify.annotations.NullMarked;
