/// Envoy's rate limit service, version 3, handed to the event loops of the proxy.
@NullMarked
package dev.tollgate.gateway.door.grpc;

import org.jspecify.annotations.NullMarked;
