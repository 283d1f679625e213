/// Invoices over HTTP, issued and upcoming.
@NullMarked
package dev.tollgate.billing.invoice.http;

import org.jspecify.annotations.NullMarked;
