@NullMarked
package dev.tollgate.ingest.testing;

import org.jspecify.annotations.NullMarked;
