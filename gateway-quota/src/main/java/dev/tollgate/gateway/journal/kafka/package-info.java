/// The usage topic as the place to which the journal publishes.
@NullMarked
package dev.tollgate.gateway.journal.kafka;

import org.jspecify.annotations.NullMarked;
