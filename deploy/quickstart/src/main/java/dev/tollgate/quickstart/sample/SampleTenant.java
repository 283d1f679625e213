package dev.tollgate.quickstart.sample;

import java.util.List;

/// A tenant that the quickstart makes.
///
/// @param ratePerSecond requests that the sample traffic sends in its name
public record SampleTenant(String tenantId, String displayName, String planId, int ratePerSecond) {

    /// Three tenants on different tiers; the free one asks for more than its ten requests a minute and is refused.
    public static final List<SampleTenant> ALL = List.of(
            new SampleTenant("acme", "Acme Bookings", "professional", 6),
            new SampleTenant("birch", "Birch & Sons", "starter", 1),
            new SampleTenant("cedar", "Cedar Labs", "free", 1));
}
