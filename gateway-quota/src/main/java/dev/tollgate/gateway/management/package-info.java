/// Whether the gateway can serve, and what operators may do to sources of events.
@NullMarked
package dev.tollgate.gateway.management;

import org.jspecify.annotations.NullMarked;
