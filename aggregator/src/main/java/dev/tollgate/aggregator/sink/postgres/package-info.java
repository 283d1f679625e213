/// The sink's transactions.
@NullMarked
package dev.tollgate.aggregator.sink.postgres;

import org.jspecify.annotations.NullMarked;
