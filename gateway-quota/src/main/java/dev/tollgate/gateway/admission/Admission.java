package dev.tollgate.gateway.admission;

import org.jspecify.annotations.Nullable;

/// The tokens that an admitted request holds. Safe for use by several threads.
///
/// Its holder ends the undecided state once: with [#commit] when bytes of the request may have reached the upstream,
/// else with [#giveBack]. Until then its leases are kept from settling, for a bounded time.
public interface Admission {

    /// Tokens taken.
    long cost();

    /// The quota nearest to exhaustion, for the response headers.
    QuotaState closest();

    /// The spent quota because of which the request would have been denied, were its row not only watched (`shadow`);
    /// null for others.
    default @Nullable QuotaState watched() {
        return null;
    }

    /// The tokens are used for good.
    void commit();

    /// Returns the tokens, because nothing of the request reached the upstream. After [#commit], and repeated, it does
    /// nothing.
    void giveBack();
}
