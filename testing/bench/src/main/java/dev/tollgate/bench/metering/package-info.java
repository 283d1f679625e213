/// `./tollgate bench metering`: how fast events get from the topic into the tables, against what people would otherwise
/// use.
///
/// Start reading at [MeteringBench] (what is measured), then [MeteringSide] (what a side is) and [Drain] (how one run
/// of a side is measured).
///
/// The topic is filled once, before anything is measured. Each run of a side starts its process on a fresh database
/// and drains the whole topic; PostgreSQL forces its commits to the disk.
@NullMarked
package dev.tollgate.bench.metering;

import org.jspecify.annotations.NullMarked;
