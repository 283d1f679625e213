/// Benchmarks, each a program that `./tollgate bench NAME` runs.
@NullMarked
package dev.tollgate.bench;

import org.jspecify.annotations.NullMarked;
