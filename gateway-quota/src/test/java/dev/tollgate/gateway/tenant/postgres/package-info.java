@NullMarked
package dev.tollgate.gateway.tenant.postgres;

import org.jspecify.annotations.NullMarked;
