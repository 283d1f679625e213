@NullMarked
package dev.tollgate.schema.access.problem;

import org.jspecify.annotations.NullMarked;
