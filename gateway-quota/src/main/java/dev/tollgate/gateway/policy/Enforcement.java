package dev.tollgate.gateway.policy;

/// Whether a spent quota stops requests.
public enum Enforcement {
    /// A request beyond the limit is denied.
    ENFORCE,
    /// A request beyond the limit passes; the denial is only recorded.
    SHADOW;

    /// Reads the name used in the database: `enforce` or `shadow`.
    public static Enforcement of(String name) {
        return switch (name) {
            case "enforce" -> ENFORCE;
            case "shadow" -> SHADOW;
            default -> throw new IllegalArgumentException("no enforcement named " + name);
        };
    }
}
