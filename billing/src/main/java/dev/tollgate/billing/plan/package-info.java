/// What tenants have bought: plan versions with their charges, and which of them rules on which day.
@NullMarked
package dev.tollgate.billing.plan;

import org.jspecify.annotations.NullMarked;
