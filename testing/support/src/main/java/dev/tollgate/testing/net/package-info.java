/// Ports and a TCP proxy that can be told to misbehave.
@NullMarked
package dev.tollgate.testing.net;

import org.jspecify.annotations.NullMarked;
