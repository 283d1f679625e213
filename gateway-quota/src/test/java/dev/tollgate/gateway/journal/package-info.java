@NullMarked
package dev.tollgate.gateway.journal;

import org.jspecify.annotations.NullMarked;
