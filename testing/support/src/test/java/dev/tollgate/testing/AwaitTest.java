package dev.tollgate.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

    @Test
    void goesOnAsSoonAsTheConditionHoldsWhateverItThrewBefore() {
        var looks = new AtomicInteger();
        Await.until("the third look", Duration.ofSeconds(10), () -> {
            if (looks.incrementAndGet() < 3) {
                throw new AssertionError("not yet");
            }
            return true;
        });
        assertThat(looks).hasValue(3);
        assertThat(Await.value("a value", Duration.ofSeconds(10), () -> Optional.of(5)))
                .isEqualTo(5);
    }

    @Test
    void namesWhatDidNotHappenAndTheLastError() {
        var why = new IllegalStateException("the door is shut");
        assertThatThrownBy(() -> Await.until("an open door", Duration.ofMillis(50), () -> {
                    throw why;
                }))
                .isInstanceOf(AwaitFailed.class)
                .hasMessageContaining("not within 50 ms: an open door")
                .hasMessageContaining("the door is shut")
                .hasCause(why);
        assertThatThrownBy(() -> Await.value("a value", Duration.ofMillis(50), Optional::empty))
                .hasMessage("not within 50 ms: a value");
    }

    @Test
    void stopsWaitingOnceTheConditionSaysItCanNeverHold() {
        long startNanos = System.nanoTime();
        assertThatThrownBy(() -> Await.until("the impossible", Duration.ofMinutes(1), () -> {
                    throw new AwaitFailed("never", null);
                }))
                .hasMessage("never");
        assertThat(System.nanoTime() - startNanos)
                .isLessThan(Duration.ofSeconds(30).toNanos());
    }
}
