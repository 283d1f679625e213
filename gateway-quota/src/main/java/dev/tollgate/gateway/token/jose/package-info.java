/// Tokens, keys and signatures with nimbus-jose-jwt and the JDK.
@NullMarked
package dev.tollgate.gateway.token.jose;

import org.jspecify.annotations.NullMarked;
