/// Reads `usage.dead-letter.v1`.
@NullMarked
package dev.tollgate.ingest.replay.kafka;

import org.jspecify.annotations.NullMarked;
