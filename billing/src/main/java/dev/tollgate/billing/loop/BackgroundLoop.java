package dev.tollgate.billing.loop;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a step again and again on a virtual thread of its own: at once while there is work, after a pause when there
/// is none, after a growing pause while it fails. `wake` and `close` may be called from any thread.
public final class BackgroundLoop implements AutoCloseable {

    /// The longest pause between two failing steps.
    public static final Duration FAILURE_PAUSE_MAX = Duration.ofSeconds(5);

    /// How long `close` waits for the step under way.
    public static final Duration CLOSE_WAIT_MAX = Duration.ofSeconds(30);

    private static final Duration FAILURE_PAUSE_FIRST = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);

    /// One piece of work.
    public interface Step {
        /// True when there was something to do, so that more may follow.
        boolean run() throws Exception;
    }

    private final String name;
    private final Duration idlePause;
    private final Step step;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopped;

    public BackgroundLoop(String name, Duration idlePause, Step step) {
        this.name = name;
        this.idlePause = idlePause;
        this.step = step;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    /// Ends a pause early.
    public void wake() {
        wakeUps.release();
    }

    @Override
    public void close() {
        stopped = true;
        wake();
        try {
            if (thread.isAlive() && !thread.join(CLOSE_WAIT_MAX)) {
                LOG.warn("{} did not end within {}", name, CLOSE_WAIT_MAX);
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        Duration failurePause = FAILURE_PAUSE_FIRST;
        while (!stopped) {
            try {
                boolean worked = step.run();
                failurePause = FAILURE_PAUSE_FIRST;
                if (!worked) {
                    pause(idlePause);
                }
            } catch (InterruptedException interrupted) {
                return;
            } catch (Exception failure) {
                LOG.error("{} failed and tries again in {}", name, failurePause, failure);
                if (!pausedAfterFailure(failurePause)) {
                    return;
                }
                failurePause = shorter(failurePause.multipliedBy(2), FAILURE_PAUSE_MAX);
            }
        }
    }

    private boolean pausedAfterFailure(Duration length) {
        try {
            pause(length);
            return true;
        } catch (InterruptedException interrupted) {
            return false;
        }
    }

    private void pause(Duration length) throws InterruptedException {
        if (!stopped && wakeUps.tryAcquire(length.toMillis(), TimeUnit.MILLISECONDS)) {
            wakeUps.drainPermits();
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
