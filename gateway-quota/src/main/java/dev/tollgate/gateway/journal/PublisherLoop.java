package dev.tollgate.gateway.journal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The publisher's thread.
public final class PublisherLoop implements AutoCloseable {

    /// How long the thread rests when there was nothing to send.
    static final Duration REST = Duration.ofMillis(10);

    /// How long it rests after a turn that failed unexpectedly.
    static final Duration REST_AFTER_FAULT = Duration.ofSeconds(1);

    private static final Duration STOP_MAX = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(PublisherLoop.class);

    private final JournalPublisher publisher;
    private final Thread thread;
    private volatile boolean stopping;

    public PublisherLoop(JournalPublisher publisher) {
        this.publisher = publisher;
        this.thread = Thread.ofPlatform().name("journal-publisher").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!stopping) {
            turn();
        }
    }

    private void turn() {
        try {
            if (publisher.pump() == 0) {
                LockSupport.parkNanos(REST.toNanos());
            }
        } catch (RuntimeException unexpected) {
            log.error("a turn of the publisher failed and is repeated", unexpected);
            LockSupport.parkNanos(REST_AFTER_FAULT.toNanos());
        }
    }

    /// Stops without waiting for what is unpublished; also when it was never started.
    @Override
    public void close() {
        stopping = true;
        if (!thread.isAlive()) {
            return;
        }
        LockSupport.unpark(thread);
        try {
            if (!thread.join(STOP_MAX)) {
                log.error("the publisher's thread does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
