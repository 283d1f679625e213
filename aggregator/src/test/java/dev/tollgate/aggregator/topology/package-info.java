@NullMarked
package dev.tollgate.aggregator.topology;

import org.jspecify.annotations.NullMarked;
