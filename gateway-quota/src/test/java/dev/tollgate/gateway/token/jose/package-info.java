@NullMarked
package dev.tollgate.gateway.token.jose;

import org.jspecify.annotations.NullMarked;
