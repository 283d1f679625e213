/// The quota ledger and the violation log in PostgreSQL.
@NullMarked
package dev.tollgate.gateway.admission.postgres;

import org.jspecify.annotations.NullMarked;
