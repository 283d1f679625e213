/// Shows in readiness when months run out.
@NullMarked
package dev.tollgate.ingest.partition.actuator;

import org.jspecify.annotations.NullMarked;
