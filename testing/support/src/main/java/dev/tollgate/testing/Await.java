package dev.tollgate.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Waits for a condition with a deadline. A condition that throws counts as not yet met; the last such error is
/// the cause of the failure.
public final class Await {

    /// How long to rest between two looks at the condition.
    public static final Duration POLL = Duration.ofMillis(20);

    private Await() {}

    /// Returns once `condition` is true, or throws [AwaitFailed] naming `what` when `deadline` has passed.
    public static void until(String what, Duration deadline, Callable<Boolean> condition) {
        poll(what, deadline, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /// Returns the first value that `source` has, or throws [AwaitFailed] naming `what` when `deadline` has passed.
    public static <T> T value(String what, Duration deadline, Supplier<Optional<T>> source) {
        return poll(what, deadline, source::get);
    }

    private static <T> T poll(String what, Duration deadline, Callable<Optional<T>> source) {
        long startNanos = System.nanoTime();
        @Nullable Throwable lastError = null;
        while (true) {
            try {
                Optional<T> found = source.call();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (AwaitFailed failed) {
                throw failed;
            } catch (InterruptedException interrupted) {
                throw interrupted(what, interrupted);
            } catch (Exception | AssertionError notYet) {
                lastError = notYet;
            }
            if (System.nanoTime() - startNanos >= deadline.toNanos()) {
                throw tooLate(what, deadline, lastError);
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException interrupted) {
                throw interrupted(what, interrupted);
            }
        }
    }

    private static AwaitFailed tooLate(String what, Duration deadline, @Nullable Throwable lastError) {
        String message = "not within " + deadline.toMillis() + " ms: " + what;
        return new AwaitFailed(lastError == null ? message : message + " (last error: " + lastError + ")", lastError);
    }

    private static AwaitFailed interrupted(String what, InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new AwaitFailed("interrupted while waiting: " + what, interrupted);
    }
}
