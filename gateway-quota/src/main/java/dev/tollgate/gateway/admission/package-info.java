/// Decides whether a request may pass: exact quotas over any number of gateways, by leases from one ledger.
///
/// Start reading at [LeasedQuotaGate], then [TenantLeases] (what is known of one tenant), [LeaseExchanger] (the one
/// caller of the ledger), and the contract of [QuotaLedger]; the ledger itself is `V4__quota_ledger.sql`
/// and `V7__quotas.sql`.
///
/// | thread | what it does |
/// |---|---|
/// | event loops | spend from leases and remembered denials in memory; else join the page's waiting requests |
/// | `quota-exchanger` | gathers pages into one exchange per tick, applies answers, settles leases that ended |
/// | `quota-waiting-line` | answers requests that waited too long, whatever the exchanger is stuck in |
/// | `quota-reserves` | keeps the list of reserves on disk for the next process |
///
/// Invariants:
/// - A lease is charged at its expiry and its life counts from the first send: no token is used later than the ledger
///   believes, by any window.
/// - A lease's tokens return once, with its settlement; a lease that is never settled stays used.
/// - A denial takes nothing, and is remembered until the moment that the ledger named or the policy changes.
/// - No request waits longer than [WaitingLine#WAIT_NANOS_MAX]; every queue has a named bound.
/// - While the ledger is away held leases are spent first, then what the row's fallbacks allow ([RowAccount]); what was
///   used is booked once ([UsageLedger]) before the row's next lease. Reserves: [Reserve], [ReserveStore].
/// - A request over two rows takes from both or from neither ([JointRequest]). Until it is sent or given back its
/// leases
///   are not settled, for a bounded time.
@NullMarked
package dev.tollgate.gateway.admission;

import org.jspecify.annotations.NullMarked;
