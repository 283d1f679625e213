/// Whether the gateway can serve.
@NullMarked
package dev.tollgate.gateway.management;

import org.jspecify.annotations.NullMarked;
