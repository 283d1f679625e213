@NullMarked
package dev.tollgate.aggregator;

import org.jspecify.annotations.NullMarked;
