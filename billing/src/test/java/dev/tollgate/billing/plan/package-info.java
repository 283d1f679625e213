/// Plans over days.
@NullMarked
package dev.tollgate.billing.plan;

import org.jspecify.annotations.NullMarked;
