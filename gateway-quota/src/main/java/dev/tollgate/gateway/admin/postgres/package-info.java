/// What the admin API reads and changes in PostgreSQL, as the role `tollgate_admin`.
@NullMarked
package dev.tollgate.gateway.admin.postgres;

import org.jspecify.annotations.NullMarked;
