/// Invoices: issued ones, which never change, and what open periods would cost.
@NullMarked
package dev.tollgate.billing.invoice;

import org.jspecify.annotations.NullMarked;
