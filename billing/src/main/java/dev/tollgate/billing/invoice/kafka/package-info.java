/// Billing events on their topic.
@NullMarked
package dev.tollgate.billing.invoice.kafka;

import org.jspecify.annotations.NullMarked;
