/// A real nginx, as a peer.
@NullMarked
package dev.tollgate.testing.nginx;

import org.jspecify.annotations.NullMarked;
