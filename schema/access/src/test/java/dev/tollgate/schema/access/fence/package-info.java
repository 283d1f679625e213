@NullMarked
package dev.tollgate.schema.access.fence;

import org.jspecify.annotations.NullMarked;
