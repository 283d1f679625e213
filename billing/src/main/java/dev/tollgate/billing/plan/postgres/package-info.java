/// Plans and assignments as stored.
@NullMarked
package dev.tollgate.billing.plan.postgres;

import org.jspecify.annotations.NullMarked;
