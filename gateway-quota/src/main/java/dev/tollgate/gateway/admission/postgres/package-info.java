/// The quota ledger in PostgreSQL.
@NullMarked
package dev.tollgate.gateway.admission.postgres;

import org.jspecify.annotations.NullMarked;
