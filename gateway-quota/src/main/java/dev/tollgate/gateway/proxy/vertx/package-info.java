/// The streaming reverse proxy on Vert.x: one server, client and journal lane per event loop.
@NullMarked
package dev.tollgate.gateway.proxy.vertx;

import org.jspecify.annotations.NullMarked;
