/// The journal of metered requests: what a lane, its publisher and its keeper promise, without any technology.
@NullMarked
package dev.tollgate.gateway.journal;

import org.jspecify.annotations.NullMarked;
