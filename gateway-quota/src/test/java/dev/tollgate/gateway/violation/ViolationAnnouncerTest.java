package dev.tollgate.gateway.violation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.QuotaViolation;
import dev.tollgate.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The announcer's thread.
final class ViolationAnnouncerTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration REST = Duration.ofMillis(10);

    /// Remembers only that it was closed.
    private static final class ClosableTopic implements ViolationTopic {

        private volatile boolean closed;

        @Override
        public void publish(List<QuotaViolation> violations) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    private final ClosableTopic topic = new ClosableTopic();

    @Test
    void pausesGrowWhileTheBrokerIsAwayAndEndWhenItIsBack() {
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean away = new AtomicBoolean(true);
        ViolationOutbox outbox = _ -> {
            if (away.get()) {
                calls.incrementAndGet();
                throw new ViolationsUnavailableException("away", new IllegalStateException("unplugged"));
            }
            return 3;
        };
        long startedNanos = System.nanoTime();
        ViolationAnnouncer announcer = new ViolationAnnouncer(outbox, topic, REST);
        announcer.start();
        Await.until("the fifth try", SOON, () -> calls.get() == 5);
        // Four pauses lie between five tries: 10, 20, 40 and 80 ms.
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isGreaterThan(REST.multipliedBy(15));

        away.set(false);

        Await.until("rows are announced", SOON, () -> announcer.announcedRows() >= 6);
        announcer.close();
        assertThat(topic.closed).isTrue();
    }

    @Test
    void aFullBatchIsFollowedByTheNextWithoutARest() {
        AtomicInteger left = new AtomicInteger(3);
        ViolationOutbox outbox = _ -> left.getAndDecrement() > 0 ? ViolationOutbox.ROWS_MAX : 0;
        ViolationAnnouncer announcer = new ViolationAnnouncer(outbox, topic, Duration.ofHours(1));
        announcer.start();
        Await.until("nothing is left", SOON, () -> left.get() < 0);
        assertThat(announcer.announcedRows()).isEqualTo(3L * ViolationOutbox.ROWS_MAX);
        announcer.close();
    }

    @Test
    void oneThatWasNeverStartedCanBeClosed() {
        new ViolationAnnouncer(_ -> 0, topic).close();
    }

    @Test
    void theEndDoesNotWaitForABrokerThatHangs() {
        CountDownLatch hanging = new CountDownLatch(1);
        ViolationOutbox outbox = _ -> {
            hanging.countDown();
            new CountDownLatch(1).await();
            return 0;
        };
        ViolationAnnouncer announcer = new ViolationAnnouncer(outbox, topic, REST);
        announcer.start();
        Await.until("the outbox hangs", SOON, () -> hanging.getCount() == 0);

        announcer.close();

        assertThat(topic.closed).isTrue();
    }
}
