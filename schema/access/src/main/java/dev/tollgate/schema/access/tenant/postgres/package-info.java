/// Entering a tenant context in a transaction.
@NullMarked
package dev.tollgate.schema.access.tenant.postgres;

import org.jspecify.annotations.NullMarked;
