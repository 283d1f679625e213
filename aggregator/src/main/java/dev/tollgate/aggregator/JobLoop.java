package dev.tollgate.aggregator;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repeats a job on a thread of its own: at once while there is more to do, after the interval otherwise, after a
/// longer pause when it failed.
final class JobLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobLoop.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    /// One round; whether there may be more to do.
    interface Job {
        boolean run() throws SQLException;
    }

    private final String name;
    private final Duration interval;
    private final Job job;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    JobLoop(String name, Duration interval, Job job) {
        this.name = name;
        this.interval = interval;
        this.job = job;
        thread = Thread.ofPlatform().name("aggregator-" + name).start(this::run);
    }

    private void run() {
        Duration pause = Duration.ZERO;
        while (!isClosing(pause)) {
            try {
                pause = job.run() ? Duration.ZERO : interval;
            } catch (SQLException | RuntimeException e) {
                LOG.warn("{} failed and is tried again in {} s", name, PAUSE_AFTER_FAILURE.toSeconds(), e);
                pause = PAUSE_AFTER_FAILURE;
            }
        }
    }

    private boolean isClosing(Duration pause) {
        try {
            return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(CLOSE_WAIT)) {
                LOG.warn("{} did not end within {} s", name, CLOSE_WAIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
