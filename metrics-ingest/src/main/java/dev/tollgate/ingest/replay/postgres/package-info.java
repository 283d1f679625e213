/// Asks the raw table what a replay must leave alone.
@NullMarked
package dev.tollgate.ingest.replay.postgres;

import org.jspecify.annotations.NullMarked;
