/// Hours that the raw table owns. Pure.
@NullMarked
package dev.tollgate.aggregator.reconcile;

import org.jspecify.annotations.NullMarked;
