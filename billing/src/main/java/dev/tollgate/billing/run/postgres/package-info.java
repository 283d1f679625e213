/// Runs in PostgreSQL: who is to be closed, the look that decides, the transaction that closes.
@NullMarked
package dev.tollgate.billing.run.postgres;

import org.jspecify.annotations.NullMarked;
