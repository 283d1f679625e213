/// Reads the usage topic and writes the dead letter topic.
@NullMarked
package dev.tollgate.ingest.batch.kafka;

import org.jspecify.annotations.NullMarked;
