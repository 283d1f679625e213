/// Takes dead letters that are valid by now into the intake's outbox.
@NullMarked
package dev.tollgate.ingest.replay;

import org.jspecify.annotations.NullMarked;
