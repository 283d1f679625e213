/// The signed tenant context that row-level security asks for.
@NullMarked
package dev.tollgate.schema.access.tenant;

import org.jspecify.annotations.NullMarked;
