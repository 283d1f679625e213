/// The management port: health, metrics, sources of events.
@NullMarked
package dev.tollgate.gateway.management.vertx;

import org.jspecify.annotations.NullMarked;
