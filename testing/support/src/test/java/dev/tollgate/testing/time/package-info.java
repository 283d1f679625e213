@NullMarked
package dev.tollgate.testing.time;

import org.jspecify.annotations.NullMarked;
