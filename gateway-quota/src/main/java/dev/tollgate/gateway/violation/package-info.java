/// Denials: counted per tenant, quota, route and minute, kept in `tenant_quota_violations`, and announced on
/// `quota.violations.v1`.
///
/// Start reading at [ViolationCounter] (memory to table) and [ViolationAnnouncer] (table to topic).
///
/// | thread | what it does |
/// |---|---|
/// | event loops | count in memory, never wait |
/// | `quota-violations` | adds the counts to the table every second |
/// | `quota-announcer` | publishes the rows whose minute is over |
///
/// Invariants:
/// - All gateways add to the same row, so a record tells of all of them. A flush is added once, also when its answer
///   was lost and it is repeated.
/// - The table is the outbox: a row is marked after the broker's acknowledgement, in the transaction that took it.
///   A record can therefore come again, never go missing.
/// - A row that grows after its announcement is announced again. Counts only grow: of several records for the same
///   tenant, quota, route and minute the one with the highest count holds.
@NullMarked
package dev.tollgate.gateway.violation;

import org.jspecify.annotations.NullMarked;
