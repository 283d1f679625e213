@NullMarked
package dev.tollgate.ingest.intake;

import org.jspecify.annotations.NullMarked;
