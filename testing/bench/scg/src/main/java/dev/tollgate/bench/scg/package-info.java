/// Spring Cloud Gateway with its Redis limiter, as `./tollgate bench gateway` measures it.
@NullMarked
package dev.tollgate.bench.scg;

import org.jspecify.annotations.NullMarked;
