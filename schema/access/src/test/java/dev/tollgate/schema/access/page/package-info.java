@NullMarked
package dev.tollgate.schema.access.page;

import org.jspecify.annotations.NullMarked;
