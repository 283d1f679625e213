@NullMarked
package dev.tollgate.ingest.replay;

import org.jspecify.annotations.NullMarked;
