package dev.tollgate.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Tokens against an issuer that changes its keys, is slow or away.
class VerifiedTokensTest {

    private static final TestIssuer.Key OLD = TestIssuer.ec("old");
    private static final TestIssuer.Key NEW = TestIssuer.ec("new");
    private static final Duration SOON = Duration.ofSeconds(10);

    private final TokenFixture issuer = new TokenFixture(OLD);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Tokens tokens = issuer.tokens(TokenFixture.NEVER, TokenFixture.NEVER, true);
    private final VerifiedTokens verified = tokens.forOneThread();

    @AfterEach
    void close() {
        issuer.close();
        tokens.close();
        thread.shutdownNow();
    }

    private static String token(TestIssuer.Key key, String user) {
        Map<String, Object> claims = TestIssuer.claims();
        claims.put("sub", user);
        return TestIssuer.token(key, "ES256", claims);
    }

    private CompletableFuture<TokenVerdict> begin(String token) {
        CompletableFuture<TokenVerdict> answer = new CompletableFuture<>();
        thread.execute(() -> verified.verify(token, thread, answer::complete));
        return answer;
    }

    private TokenVerdict verify(String token) {
        try {
            return begin(token).get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception late) {
            throw new AssertionError(late);
        }
    }

    /// The issuer may take longer than a request waits.
    private void becomesGood(String token) {
        Await.until("the token is good", SOON, () -> verify(token) instanceof TokenVerdict.Verified);
    }

    private static TokenFault fault(TokenVerdict verdict) {
        assertThat(verdict).isInstanceOf(TokenVerdict.Refused.class);
        return ((TokenVerdict.Refused) verdict).fault();
    }

    @Test
    void aTokenThatKeepsComingIsVerifiedOnceUntilItsEnd() {
        tokens.start();
        String token = token(OLD, "u");
        TokenVerdict first = verify(token);
        assertThat(first).isInstanceOf(TokenVerdict.Verified.class);
        assertThat(verify(new String(token.toCharArray()))).isSameAs(first);
        assertThat(tokens.counts().verified()).isEqualTo(1);
        assertThat(tokens.counts().remembered()).isEqualTo(1);
        issuer.nowMs.addAndGet(329_999);
        assertThat(verify(token)).isSameAs(first);
        issuer.nowMs.addAndGet(1);
        assertThat(fault(verify(token))).isEqualTo(TokenFault.EXPIRED);
        assertThat(tokens.counts().refusals(TokenFault.EXPIRED)).isEqualTo(1);
    }

    @Test
    void forgedTokensTakeNoPlace() {
        tokens.start();
        String good = token(OLD, "u");
        TokenVerdict first = verify(good);
        String begin = good.substring(0, good.lastIndexOf('.') + 1);
        for (int i = 0; i < 500; i++) {
            String forged = begin + TestIssuer.encode("%064d".formatted(i));
            assertThat(fault(verify(forged))).isEqualTo(TokenFault.SIGNATURE);
        }
        assertThat(verify(good)).isSameAs(first);
        assertThat(fault(verify("a".repeat(TokenRules.TOKEN_CHARS_MAX + 1)))).isEqualTo(TokenFault.TOO_LONG);
        assertThat(issuer.readings).hasValue(1);
    }

    @Test
    void aNewKeyIsReadWhenATokenNamesItAndTheOldOneEndsWithTheKeySet() {
        tokens.start();
        String old = token(OLD, "u");
        assertThat(verify(old)).isInstanceOf(TokenVerdict.Verified.class);
        issuer.publish(OLD, NEW);
        assertThat(fault(verify(token(NEW, "u")))).isEqualTo(TokenFault.UNKNOWN_KEY);
        issuer.passReadGap();
        becomesGood(token(NEW, "u"));
        verify(old);
        assertThat(tokens.counts().remembered()).isEqualTo(1);
        issuer.publish(NEW);
        issuer.passReadGap();
        assertThat(verify(token(TestIssuer.ec("none"), "u"))).isNotInstanceOf(TokenVerdict.Verified.class);
        Await.until(
                "the keys are read",
                SOON,
                () -> issuer.readings.get() == 3 && tokens.keyring().keys().size() == 1);
        assertThat(fault(verify(old))).isEqualTo(TokenFault.UNKNOWN_KEY);
        assertThat(verify(token(NEW, "u"))).isInstanceOf(TokenVerdict.Verified.class);
    }

    @Test
    void unknownKeysDoNotMakeTheIssuerAnswerMoreThanOncePerGap() {
        tokens.start();
        for (int gap = 0; gap < 3; gap++) {
            for (int i = 0; i < 20; i++) {
                verify(token(TestIssuer.ec("made-up-" + i), "u"));
            }
            issuer.passReadGap();
        }
        assertThat(issuer.readings.get()).isBetween(2, 3);
    }

    @Test
    void whileTheIssuerIsAwayTheLastKeysGoOnForAsLongAsTheyAreKept() {
        Duration refresh = Duration.ofMillis(20);
        try (Tokens followed = issuer.tokens(refresh, Duration.ofMinutes(5), true)) {
            followed.start();
            IssuerKeys known = followed.keyring().keys();
            for (String broken : List.of("{}", "no json", "x".repeat(KeyDocument.BYTES_MAX + 1))) {
                issuer.document = broken;
                awaitFailure(followed);
            }
            issuer.publish(NEW);
            issuer.status = 302;
            awaitFailure(followed);
            assertThat(followed.keyring().keys()).isSameAs(known);
            assertThat(followed.keyring().fault()).contains("302");
            issuer.nanos.addAndGet(Duration.ofMinutes(5).toNanos() + 1);
            Await.until(
                    "the keys are given up",
                    SOON,
                    () -> !followed.keyring().keys().isKnown());
            issuer.status = 200;
            Await.until("the keys are back", SOON, () -> {
                issuer.nanos.addAndGet(refresh.toNanos());
                return followed.keyring().keys().size() == 1;
            });
            assertThat(followed.keyring().fault()).isEmpty();
        }
    }

    private void awaitFailure(Tokens followed) {
        long before = followed.keyring().failedReadings();
        Await.until("a failed reading", SOON, () -> {
            issuer.nanos.addAndGet(Duration.ofMillis(20).toNanos());
            return followed.keyring().failedReadings() >= before + 2;
        });
    }

    @Test
    void anUnknownKeyIsUndecidedWhileTheIssuerIsAwayAndKnownOnesAreNot() {
        tokens.start();
        issuer.status = 503;
        issuer.passReadGap();
        assertThat(verify(token(NEW, "u"))).isInstanceOf(TokenVerdict.KeysUnavailable.class);
        assertThat(verify(token(NEW, "u"))).isInstanceOf(TokenVerdict.KeysUnavailable.class);
        assertThat(verify(token(OLD, "u"))).isInstanceOf(TokenVerdict.Verified.class);
        assertThat(tokens.counts().undecided()).isEqualTo(2);
    }

    @Test
    void nobodyWaitsLongerForASlowIssuerThanTheBound() {
        tokens.start();
        CountDownLatch held = new CountDownLatch(1);
        issuer.stalled = held;
        issuer.publish(OLD, NEW);
        issuer.passReadGap();
        long begun = System.nanoTime();
        List<CompletableFuture<TokenVerdict>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(begin(token(NEW, "u" + i)));
        }
        long known = System.nanoTime();
        assertThat(verify(token(OLD, "u"))).isInstanceOf(TokenVerdict.Verified.class);
        assertThat(System.nanoTime() - known).isLessThan(Duration.ofSeconds(1).toNanos());
        waiting.forEach(each -> assertThat(each.join()).isInstanceOf(TokenVerdict.KeysUnavailable.class));
        assertThat(System.nanoTime() - begun)
                .isGreaterThanOrEqualTo(VerifiedTokens.WAIT_MAX.toNanos())
                .isLessThan(VerifiedTokens.WAIT_MAX.plusSeconds(2).toNanos());
        assertThat(tokens.waiting()).hasValue(0);
        held.countDown();
        becomesGood(token(NEW, "u"));
    }

    @Test
    void withoutAnyKeysTokensAreUndecided() {
        issuer.status = 500;
        tokens.start();
        assertThat(verify(token(OLD, "u"))).isInstanceOf(TokenVerdict.KeysUnavailable.class);
        issuer.status = 200;
        issuer.passReadGap();
        becomesGood(token(OLD, "u"));
    }
}
