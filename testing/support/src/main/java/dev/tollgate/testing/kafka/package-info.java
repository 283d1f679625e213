/// A real Kafka broker for tests and the quickstart.
@NullMarked
package dev.tollgate.testing.kafka;

import org.jspecify.annotations.NullMarked;
