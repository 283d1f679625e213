/// The reconciler over HTTP, for operators.
@NullMarked
package dev.tollgate.aggregator.reconcile.http;

import org.jspecify.annotations.NullMarked;
