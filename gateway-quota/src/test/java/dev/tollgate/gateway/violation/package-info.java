@NullMarked
package dev.tollgate.gateway.violation;

import org.jspecify.annotations.NullMarked;
