@NullMarked
package dev.tollgate.schema.access.key.postgres;

import org.jspecify.annotations.NullMarked;
