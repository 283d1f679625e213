/// Bounds of periods.
@NullMarked
package dev.tollgate.billing.period;

import org.jspecify.annotations.NullMarked;
