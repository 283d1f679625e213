/// What the reconciler finds, in readiness.
@NullMarked
package dev.tollgate.aggregator.reconcile.actuator;

import org.jspecify.annotations.NullMarked;
