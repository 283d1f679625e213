@NullMarked
package dev.tollgate.schema.access;

import org.jspecify.annotations.NullMarked;
