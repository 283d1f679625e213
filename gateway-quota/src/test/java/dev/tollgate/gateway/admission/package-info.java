@NullMarked
package dev.tollgate.gateway.admission;

import org.jspecify.annotations.NullMarked;
