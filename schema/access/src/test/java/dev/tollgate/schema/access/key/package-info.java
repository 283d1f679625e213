@NullMarked
package dev.tollgate.schema.access.key;

import org.jspecify.annotations.NullMarked;
