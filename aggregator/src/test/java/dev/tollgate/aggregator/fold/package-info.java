@NullMarked
package dev.tollgate.aggregator.fold;

import org.jspecify.annotations.NullMarked;
