/// What the management port reads and changes in PostgreSQL.
@NullMarked
package dev.tollgate.gateway.management.postgres;

import org.jspecify.annotations.NullMarked;
