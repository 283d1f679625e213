/// Makes months in PostgreSQL.
@NullMarked
package dev.tollgate.ingest.partition.postgres;

import org.jspecify.annotations.NullMarked;
