/// Publishes what the intake has accepted.
@NullMarked
package dev.tollgate.ingest.intake.kafka;

import org.jspecify.annotations.NullMarked;
