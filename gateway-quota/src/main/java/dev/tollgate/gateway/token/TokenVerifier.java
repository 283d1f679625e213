package dev.tollgate.gateway.token;

/// Judges a token from its text alone. Safe for all threads; never waits.
///
/// What costs little is looked at first, so that an attempt costs at most one verification of a signature.
public interface TokenVerifier {

    /// @param nowMs epoch milliseconds
    TokenVerdict verify(String token, IssuerKeys keys, long nowMs);
}
