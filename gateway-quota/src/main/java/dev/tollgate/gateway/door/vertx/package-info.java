/// `GET /v1/check`, on the event loops of the proxy.
@NullMarked
package dev.tollgate.gateway.door.vertx;

import org.jspecify.annotations.NullMarked;
