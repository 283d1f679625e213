/// The management port: health and metrics.
@NullMarked
package dev.tollgate.gateway.management.vertx;

import org.jspecify.annotations.NullMarked;
