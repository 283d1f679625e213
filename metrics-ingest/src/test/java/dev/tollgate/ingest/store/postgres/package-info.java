@NullMarked
package dev.tollgate.ingest.store.postgres;

import org.jspecify.annotations.NullMarked;
