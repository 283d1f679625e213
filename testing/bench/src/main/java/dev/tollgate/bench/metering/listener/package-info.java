/// What people would write first: a Spring Kafka batch listener that binds JSON to objects and inserts with JDBC
/// batches.
@NullMarked
package dev.tollgate.bench.metering.listener;

import org.jspecify.annotations.NullMarked;
