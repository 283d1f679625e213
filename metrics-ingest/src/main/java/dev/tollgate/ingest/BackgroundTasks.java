package dev.tollgate.ingest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs small tasks again and again. One that fails is logged and runs again after a pause that grows, up to a
/// bound, while it goes on failing. A task never runs twice at the same time.
final class BackgroundTasks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundTasks.class);
    /// One of them may be busy with an export for long.
    private static final int THREADS = 4;
    private static final Duration PAUSE_FIRST = Duration.ofMillis(250);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final Duration END_MAX = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(THREADS, daemons());

    private final List<Runnable> closers = new CopyOnWriteArrayList<>();

    /// @param what continues "Could not"
    /// @param interval from the end of one run to the start of the next
    void every(String what, Duration interval, Runnable task) {
        schedule(new Task(what, interval, task), Duration.ZERO);
    }

    /// Closes something that only the tasks use, once they have ended.
    void closeAfterwards(Runnable close) {
        closers.add(close);
    }

    ScheduledThreadPoolExecutor executor() {
        return executor;
    }

    /// Lets running tasks end and starts no more.
    @Override
    public void close() {
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(END_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
        closers.forEach(Runnable::run);
    }

    private void schedule(Task task, Duration delay) {
        try {
            executor.schedule(() -> schedule(task, task.run()), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Not running again, because the service ends: {}", task.what);
        }
    }

    /// Used by one thread at a time: each run schedules the next.
    private static final class Task {
        private final String what;
        private final Duration interval;
        private final Runnable work;
        private Duration pause = PAUSE_FIRST;

        Task(String what, Duration interval, Runnable work) {
            this.what = what;
            this.interval = interval;
            this.work = work;
        }

        /// The time until the next run.
        Duration run() {
            try {
                work.run();
                pause = PAUSE_FIRST;
                return interval;
            } catch (RuntimeException e) {
                LOG.error("Could not {}; trying again in {} ms", what, pause.toMillis(), e);
                Duration now = pause;
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : doubled;
                return now;
            }
        }
    }

    private static ThreadFactory daemons() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "ingest-background-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
