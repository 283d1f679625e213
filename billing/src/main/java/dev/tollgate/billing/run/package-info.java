/// Billing runs: closing a month for every tenant, once.
@NullMarked
package dev.tollgate.billing.run;

import org.jspecify.annotations.NullMarked;
