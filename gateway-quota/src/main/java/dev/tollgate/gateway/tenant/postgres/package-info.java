/// Loads tenants and keys from PostgreSQL and follows their changes.
@NullMarked
package dev.tollgate.gateway.tenant.postgres;

import org.jspecify.annotations.NullMarked;
