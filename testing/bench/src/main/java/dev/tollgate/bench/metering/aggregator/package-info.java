/// The aggregator's pairs: the service, a bare loop that consumes and validates, and the plain Streams DSL.
@NullMarked
package dev.tollgate.bench.metering.aggregator;

import org.jspecify.annotations.NullMarked;
