package dev.tollgate.testing;

import org.jspecify.annotations.Nullable;

/// Something awaited did not happen. The message names it; the cause is the last error seen while waiting. Thrown
/// inside a condition it ends the waiting at once: the condition can never come true any more.
public final class AwaitFailed extends RuntimeException {
    public AwaitFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
