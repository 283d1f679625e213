package dev.tollgate.gateway.token;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Judges tokens and remembers the good ones, so that a token that keeps coming costs a hash and a comparison. One
/// thread owns an instance.
///
/// A remembered token ends with its time, and when its key is not among the issuer's any more. Only verified tokens are
/// remembered, so that forged ones take no place from others; each of those costs its event loop at most one
/// verification of a signature, a fraction of a millisecond. Texts are compared only when their whole hashes are equal:
/// how long an answer takes tells nothing of a
/// remembered signature.
public final class VerifiedTokens {

    /// How long a request waits for keys that are being read.
    public static final Duration WAIT_MAX = Duration.ofMillis(100);

    /// Requests that wait for keys, of all threads together; more are told at once that the keys are not at hand.
    public static final int WAITING_MAX = 1_000;

    /// Tokens remembered, a power of two; two with the same place take turns.
    static final int PLACES = 4_096;

    /// Characters of all remembered tokens together; what exceeds them begins anew.
    static final int CHARS_MAX = 8 * 1_024 * 1_024;

    private record Remembered(String token, TokenVerdict.Verified verdict) {}

    private final Tokens shared;
    private final @Nullable Remembered[] places = new @Nullable Remembered[PLACES];
    private IssuerKeys verifiedWith = IssuerKeys.UNKNOWN;
    private int chars;

    VerifiedTokens(Tokens shared) {
        this.shared = shared;
    }

    /// Answers at once, or on the executor when the token's key is not known and may be by then.
    public void verify(String token, Executor thread, Consumer<TokenVerdict> answer) {
        followKeys();
        Remembered held = places[place(token)];
        if (held != null
                && isSame(held.token(), token)
                && shared.nowMs() < held.verdict().validUntilMs()) {
            shared.counts().countRemembered();
            answer.accept(held.verdict());
            return;
        }
        TokenVerdict verdict = judge(token);
        if (!isKeyMissing(verdict)) {
            give(verdict, answer);
            return;
        }
        Optional<CompletableFuture<Void>> reading = shared.keyring().readAgain();
        if (reading.isPresent()) {
            await(reading.get(), token, thread, answer);
        } else {
            give(undecidedWhileAway(verdict), answer);
        }
    }

    private void await(CompletableFuture<Void> reading, String token, Executor thread, Consumer<TokenVerdict> answer) {
        if (shared.waiting().incrementAndGet() > WAITING_MAX) {
            shared.waiting().decrementAndGet();
            give(new TokenVerdict.KeysUnavailable("too many requests wait for the issuer's keys"), answer);
            return;
        }
        reading.copy()
                .completeOnTimeout(null, WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> thread.execute(() -> judgeAgain(reading.isDone(), token, answer)));
    }

    private void judgeAgain(boolean wasRead, String token, Consumer<TokenVerdict> answer) {
        shared.waiting().decrementAndGet();
        followKeys();
        TokenVerdict verdict = judge(token);
        give(
                wasRead || !isKeyMissing(verdict)
                        ? undecidedWhileAway(verdict)
                        : new TokenVerdict.KeysUnavailable("the issuer's keys are being read"),
                answer);
    }

    private void give(TokenVerdict verdict, Consumer<TokenVerdict> answer) {
        shared.counts().count(verdict);
        answer.accept(verdict);
    }

    private TokenVerdict judge(String token) {
        if (token.length() > TokenRules.TOKEN_CHARS_MAX) {
            return new TokenVerdict.Refused(TokenFault.TOO_LONG, token.length() + " characters");
        }
        TokenVerdict verdict = shared.verifier().verify(token, verifiedWith, shared.nowMs());
        if (verdict instanceof TokenVerdict.Verified verified) {
            remember(token, verified);
        }
        return verdict;
    }

    private static boolean isKeyMissing(TokenVerdict verdict) {
        return verdict instanceof TokenVerdict.Refused(TokenFault fault, String detail)
                && fault == TokenFault.UNKNOWN_KEY;
    }

    /// A key that is not among old keys may be a new one.
    private TokenVerdict undecidedWhileAway(TokenVerdict verdict) {
        boolean away = !verifiedWith.isKnown() || !shared.keyring().fault().isEmpty();
        return isKeyMissing(verdict) && away
                ? new TokenVerdict.KeysUnavailable("the key is not known and the issuer's keys cannot be read")
                : verdict;
    }

    /// Forgets tokens whose key is gone.
    private void followKeys() {
        IssuerKeys inForce = shared.keyring().keys();
        if (inForce == verifiedWith) {
            return;
        }
        verifiedWith = inForce;
        for (int i = 0; i < PLACES; i++) {
            Remembered held = places[i];
            if (held != null && !inForce.holds(held.verdict().key())) {
                places[i] = null;
                chars -= held.token().length();
            }
        }
    }

    private void remember(String token, TokenVerdict.Verified verdict) {
        int place = place(token);
        Remembered before = places[place];
        chars += token.length() - (before == null ? 0 : before.token().length());
        if (chars > CHARS_MAX) {
            Arrays.fill(places, null);
            chars = token.length();
        }
        places[place] = new Remembered(token, verdict);
    }

    private static int place(String token) {
        int hash = token.hashCode();
        return (hash ^ hash >>> 16) & (PLACES - 1);
    }

    private static boolean isSame(String held, String presented) {
        return held.hashCode() == presented.hashCode() && held.equals(presented);
    }
}
