@NullMarked
package dev.tollgate.schema.access.tenant.postgres;

import org.jspecify.annotations.NullMarked;
