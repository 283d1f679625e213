@NullMarked
package dev.tollgate.aggregator.query;

import org.jspecify.annotations.NullMarked;
