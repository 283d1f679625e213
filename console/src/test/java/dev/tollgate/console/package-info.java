/// The console against real servers.
@NullMarked
package dev.tollgate.console;

import org.jspecify.annotations.NullMarked;
