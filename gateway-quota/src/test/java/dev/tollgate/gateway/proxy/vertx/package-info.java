@NullMarked
package dev.tollgate.gateway.proxy.vertx;

import org.jspecify.annotations.NullMarked;
