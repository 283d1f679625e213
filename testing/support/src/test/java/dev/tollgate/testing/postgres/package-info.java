@NullMarked
package dev.tollgate.testing.postgres;

import org.jspecify.annotations.NullMarked;
