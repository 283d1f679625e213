package dev.tollgate.gateway.policy;

/// What holds while the ledger is away.
public enum LedgerFallback {
    /// The gateway admits its share of the limit.
    FAIR_SHARE,
    /// Nothing is admitted beyond the leases held.
    CLOSED,
    /// Everything is admitted.
    OPEN;

    /// Reads the name used in the database: `fair-share`, `closed` or `open`.
    public static LedgerFallback of(String name) {
        return switch (name) {
            case "fair-share" -> FAIR_SHARE;
            case "closed" -> CLOSED;
            case "open" -> OPEN;
            default -> throw new IllegalArgumentException("no fallback named " + name);
        };
    }
}
