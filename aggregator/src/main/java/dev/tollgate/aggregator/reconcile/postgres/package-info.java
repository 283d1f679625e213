/// Recomputes stale hours from the raw table.
@NullMarked
package dev.tollgate.aggregator.reconcile.postgres;

import org.jspecify.annotations.NullMarked;
