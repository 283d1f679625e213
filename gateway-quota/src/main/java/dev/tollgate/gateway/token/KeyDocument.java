package dev.tollgate.gateway.token;

import java.io.IOException;

/// Where the issuer publishes its key set.
public interface KeyDocument extends AutoCloseable {

    /// A longer document is refused.
    int BYTES_MAX = 256 * 1_024;

    /// The document as it is at this moment; takes a bounded time.
    byte[] read() throws IOException, InterruptedException;

    @Override
    default void close() {}
}
