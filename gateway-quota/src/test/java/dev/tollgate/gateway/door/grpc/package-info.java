@NullMarked
package dev.tollgate.gateway.door.grpc;

import org.jspecify.annotations.NullMarked;
