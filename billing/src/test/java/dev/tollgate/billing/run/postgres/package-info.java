/// Runs against a real PostgreSQL.
@NullMarked
package dev.tollgate.billing.run.postgres;

import org.jspecify.annotations.NullMarked;
