/// The store in PostgreSQL: binary COPY, sequences and positions in one transaction.
@NullMarked
package dev.tollgate.ingest.store.postgres;

import org.jspecify.annotations.NullMarked;
