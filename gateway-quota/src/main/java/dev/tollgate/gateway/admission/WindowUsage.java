package dev.tollgate.gateway.admission;

/// One window as the ledger saw it at an exchange.
///
/// @param current tokens used or lent out, the exchange's own grant included
/// @param resetsInMs until the window ends (calendar) or what is counted has left it (sliding)
public record WindowUsage(long limit, long current, long resetsInMs) {

    /// Tokens left; never negative, also when the limit was lowered below what is used.
    public long remaining() {
        return Math.max(0, limit - current);
    }
}
