/// Usage read from PostgreSQL.
@NullMarked
package dev.tollgate.console.usage.postgres;

import org.jspecify.annotations.NullMarked;
