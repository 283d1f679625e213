@NullMarked
package dev.tollgate.ingest.batch;

import org.jspecify.annotations.NullMarked;
