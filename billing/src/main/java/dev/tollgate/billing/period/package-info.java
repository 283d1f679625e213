/// A tenant's billing month: its bounds, what was used in it, and whether all of that is known yet.
@NullMarked
package dev.tollgate.billing.period;

import org.jspecify.annotations.NullMarked;
