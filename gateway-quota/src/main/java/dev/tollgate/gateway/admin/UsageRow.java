package dev.tollgate.gateway.admin;

import java.time.Instant;

/// What the ledger counts in one window at this moment.
///
/// @param policy of a route; empty for the tenant's own limits
/// @param quota such as `requests_per_minute`
/// @param current tokens used, and those of leases in use
/// @param setAside tokens that gateways hold of a day or month for times without the ledger; not in `current`
/// @param resetsAt when tokens return: the calendar window's end, or when the oldest leave the sliding one
public record UsageRow(String policy, String quota, long limit, long current, long setAside, Instant resetsAt) {}
