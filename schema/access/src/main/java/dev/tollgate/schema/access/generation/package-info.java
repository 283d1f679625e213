/// Generations of topics: which topic of a name an offset belongs to.
@NullMarked
package dev.tollgate.schema.access.generation;

import org.jspecify.annotations.NullMarked;
