@NullMarked
package dev.tollgate.testing;

import org.jspecify.annotations.NullMarked;
