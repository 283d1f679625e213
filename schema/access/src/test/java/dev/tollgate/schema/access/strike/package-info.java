@NullMarked
package dev.tollgate.schema.access.strike;

import org.jspecify.annotations.NullMarked;
