package dev.tollgate.gateway.token;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Everything about tokens that all event loops share. Safe for all threads.
public final class Tokens implements AutoCloseable {

    private final TokenVerifier verifier;
    private final IssuerKeyring keyring;
    private final LongSupplier epochMs;
    private final boolean passedOn;
    private final TokenCounts counts = new TokenCounts();
    private final AtomicInteger waiting = new AtomicInteger();

    /// @param epochMs the time by which tokens expire
    /// @param passedOn whether the upstream gets the token too
    public Tokens(TokenVerifier verifier, IssuerKeyring keyring, LongSupplier epochMs, boolean passedOn) {
        this.verifier = verifier;
        this.keyring = keyring;
        this.epochMs = epochMs;
        this.passedOn = passedOn;
    }

    /// Returns once the issuer's keys were read, or a bounded time later.
    public void start() {
        keyring.start();
    }

    public VerifiedTokens forOneThread() {
        return new VerifiedTokens(this);
    }

    public boolean passedOn() {
        return passedOn;
    }

    public TokenCounts counts() {
        return counts;
    }

    public IssuerKeyring keyring() {
        return keyring;
    }

    /// Requests that wait for keys, of all threads together.
    AtomicInteger waiting() {
        return waiting;
    }

    TokenVerifier verifier() {
        return verifier;
    }

    long nowMs() {
        return epochMs.getAsLong();
    }

    @Override
    public void close() {
        keyring.close();
    }
}
