/// How long an event takes from the producer's send to the hourly row that holds it, at a steady load.
@NullMarked
package dev.tollgate.bench.metering.latency;

import org.jspecify.annotations.NullMarked;
