/// Separate processes: starting, signalling, restarting them, and ending what an earlier launcher left over.
@NullMarked
package dev.tollgate.testing.process;

import org.jspecify.annotations.NullMarked;
