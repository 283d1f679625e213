@NullMarked
package dev.tollgate.gateway.door;

import org.jspecify.annotations.NullMarked;
