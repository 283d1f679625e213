package dev.tollgate.billing.invoice;

import java.util.List;

/// Hands billing events to other teams.
public interface BillingEventPublisher {

    /// Returns once the broker has acknowledged every entry; throws when it did not. A repeat is harmless: the events
    /// carry their ids.
    void publish(List<OutboxEntry> entries) throws Exception;
}
