package dev.tollgate.gateway.violation;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Announces stored denials of all gateways, on a thread of its own. While the broker or the database is away the rows
/// wait in their table and the pauses grow; nothing is held in memory.
public final class ViolationAnnouncer implements AutoCloseable {

    /// Rest when nothing is left to announce, and the first pause after a failure.
    static final Duration REST = Duration.ofSeconds(1);

    /// The longest pause after failures.
    static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    private static final Duration STOP_MAX = Duration.ofSeconds(10);
    private static final Logger log = LoggerFactory.getLogger(ViolationAnnouncer.class);

    private final ViolationOutbox outbox;
    private final ViolationTopic topic;
    private final Duration rest;
    private final OutageNotice notice = new OutageNotice(log, "the announcement of denials");
    private final AtomicLong announced = new AtomicLong();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    /// @param topic is closed with this
    public ViolationAnnouncer(ViolationOutbox outbox, ViolationTopic topic) {
        this(outbox, topic, REST);
    }

    ViolationAnnouncer(ViolationOutbox outbox, ViolationTopic topic, Duration rest) {
        this.outbox = outbox;
        this.topic = topic;
        this.rest = rest;
        this.thread = Thread.ofPlatform().daemon().name("quota-announcer").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = turn(pause);
            }
        } catch (InterruptedException interrupted) {
            log.debug("the announcer was interrupted", interrupted);
        } finally {
            topic.close();
        }
    }

    /// @return how long to pause
    private Duration turn(Duration lastPause) throws InterruptedException {
        try {
            int rows = outbox.announce(topic);
            announced.addAndGet(rows);
            notice.worked();
            return rows < ViolationOutbox.ROWS_MAX ? rest : Duration.ZERO;
        } catch (ViolationsUnavailableException | RuntimeException failure) {
            notice.failed(failure);
            return longer(lastPause);
        }
    }

    private Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        if (doubled.compareTo(rest) < 0) {
            return rest;
        }
        return doubled.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : doubled;
    }

    /// Rows announced by this process, each as often as it was.
    public long announcedRows() {
        return announced.get();
    }

    /// Leaves what is unannounced in the table, for another gateway or the next start; also when it was never started.
    @Override
    public void close() {
        stopping.countDown();
        if (!thread.isAlive()) {
            return;
        }
        thread.interrupt();
        try {
            if (!thread.join(STOP_MAX)) {
                log.error("the announcer's thread does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
