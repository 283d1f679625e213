/// Events of other producers: accepted once per id, numbered, published.
@NullMarked
package dev.tollgate.ingest.intake;

import org.jspecify.annotations.NullMarked;
