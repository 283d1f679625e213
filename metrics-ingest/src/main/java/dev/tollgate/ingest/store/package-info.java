/// Where events and the position in the log are kept together.
@NullMarked
package dev.tollgate.ingest.store;

import org.jspecify.annotations.NullMarked;
