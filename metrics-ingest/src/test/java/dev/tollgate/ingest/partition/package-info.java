@NullMarked
package dev.tollgate.ingest.partition;

import org.jspecify.annotations.NullMarked;
