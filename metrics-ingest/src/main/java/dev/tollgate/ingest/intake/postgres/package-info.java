/// The key table and the outbox in PostgreSQL.
@NullMarked
package dev.tollgate.ingest.intake.postgres;

import org.jspecify.annotations.NullMarked;
