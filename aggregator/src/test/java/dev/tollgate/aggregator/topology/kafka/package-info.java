@NullMarked
package dev.tollgate.aggregator.topology.kafka;

import org.jspecify.annotations.NullMarked;
