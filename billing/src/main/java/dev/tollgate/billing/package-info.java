/// Billing: closes months into invoices that can be checked.
@NullMarked
package dev.tollgate.billing;

import org.jspecify.annotations.NullMarked;
