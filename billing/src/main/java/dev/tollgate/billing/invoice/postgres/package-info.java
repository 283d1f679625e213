/// Invoices and the outbox of their events in PostgreSQL.
@NullMarked
package dev.tollgate.billing.invoice.postgres;

import org.jspecify.annotations.NullMarked;
