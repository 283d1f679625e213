/// The consumer of the sink.
@NullMarked
package dev.tollgate.aggregator.sink.kafka;

import org.jspecify.annotations.NullMarked;
