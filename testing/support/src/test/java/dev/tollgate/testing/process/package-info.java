@NullMarked
package dev.tollgate.testing.process;

import org.jspecify.annotations.NullMarked;
