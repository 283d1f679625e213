/// What the intake did, counted by Micrometer.
@NullMarked
package dev.tollgate.ingest.intake.metrics;

import org.jspecify.annotations.NullMarked;
