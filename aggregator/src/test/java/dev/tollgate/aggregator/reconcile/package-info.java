@NullMarked
package dev.tollgate.aggregator.reconcile;

import org.jspecify.annotations.NullMarked;
