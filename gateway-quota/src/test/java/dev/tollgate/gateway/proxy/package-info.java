@NullMarked
package dev.tollgate.gateway.proxy;

import org.jspecify.annotations.NullMarked;
