/// What tests and the quickstart stand on: real servers, separate service processes, faults and clocks.
@NullMarked
package dev.tollgate.testing;

import org.jspecify.annotations.NullMarked;
