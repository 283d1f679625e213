@NullMarked
package dev.tollgate.gateway.tenant;

import org.jspecify.annotations.NullMarked;
