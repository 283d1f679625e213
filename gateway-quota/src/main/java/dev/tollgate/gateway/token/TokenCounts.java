package dev.tollgate.gateway.token;

import java.util.concurrent.atomic.LongAdder;

/// How often tokens were accepted and refused. Safe for all threads.
public final class TokenCounts {

    private final LongAdder verified = new LongAdder();
    private final LongAdder remembered = new LongAdder();
    private final LongAdder undecided = new LongAdder();
    private final LongAdder[] refused = new LongAdder[TokenFault.values().length];

    TokenCounts() {
        for (int i = 0; i < refused.length; i++) {
            refused[i] = new LongAdder();
        }
    }

    void count(TokenVerdict verdict) {
        switch (verdict) {
            case TokenVerdict.Verified good -> verified.increment();
            case TokenVerdict.Refused(TokenFault fault, String detail) -> refused(fault);
            case TokenVerdict.KeysUnavailable away -> undecided.increment();
        }
    }

    void countRemembered() {
        remembered.increment();
    }

    /// For a fault that shows when the token itself is found good.
    public void refused(TokenFault fault) {
        refused[fault.ordinal()].increment();
    }

    /// Tokens whose signature was verified.
    public long verified() {
        return verified.sum();
    }

    /// Tokens that had been verified shortly before.
    public long remembered() {
        return remembered.sum();
    }

    /// Tokens for which the keys were not at hand.
    public long undecided() {
        return undecided.sum();
    }

    public long refusals(TokenFault fault) {
        return refused[fault.ordinal()].sum();
    }
}
