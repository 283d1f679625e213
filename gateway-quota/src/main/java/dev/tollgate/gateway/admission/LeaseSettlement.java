package dev.tollgate.gateway.admission;

/// What became of a finished lease: its used tokens by the second of the ledger's clock in which they were used. The
/// rest of its tokens was not used and never will be.
///
/// @param usedInFirst tokens used in the clock second of the lease's reading
/// @param usedInSecond tokens used in the next second
/// @param usedInThird tokens used in the second after that; no lease lives longer
public record LeaseSettlement(long leaseNumber, long usedInFirst, long usedInSecond, long usedInThird) {}
