package dev.tollgate.gateway.admission;

/// The tokens that an admitted request holds. Safe for use by several threads.
public interface Admission {

    /// Tokens taken.
    long cost();

    /// Returns the tokens, because nothing of the request reached the upstream. Further calls do nothing. Tokens
    /// whose lease has ended stay used.
    void giveBack();
}
