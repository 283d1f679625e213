/// What the reconciler finds, as metrics.
@NullMarked
package dev.tollgate.aggregator.reconcile.metrics;

import org.jspecify.annotations.NullMarked;
