/// `./tollgate bench cost`: what a million requests take of processors and disks, from the gateway to the hourly rows,
/// and what that costs by a printed formula.
///
/// Start reading at [CostBench] (the run), then [Pipeline] (what runs) and [Reading] (what is read, and where).
@NullMarked
package dev.tollgate.bench.cost;

import org.jspecify.annotations.NullMarked;
