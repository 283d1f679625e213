@NullMarked
package dev.tollgate.testing.net;

import org.jspecify.annotations.NullMarked;
