/// The state of the journal's sources in PostgreSQL.
@NullMarked
package dev.tollgate.gateway.journal.postgres;

import org.jspecify.annotations.NullMarked;
