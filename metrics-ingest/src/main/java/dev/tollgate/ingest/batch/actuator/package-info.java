/// Shows in readiness whether the topic is read.
@NullMarked
package dev.tollgate.ingest.batch.actuator;

import org.jspecify.annotations.NullMarked;
