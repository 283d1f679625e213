@NullMarked
package dev.tollgate.aggregator.testing;

import org.jspecify.annotations.NullMarked;
