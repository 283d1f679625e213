package dev.tollgate.aggregator.topology.kafka;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/// A store without content that Kafka Streams flushes before every commit of its task, whatever the reason of the
/// commit: interval, rebalance, shutdown. Streams has no public hook for that moment, and a punctuation is none: a
/// rebalance commits without one. `CachedStateStore` is how Streams' own record caches write and emit before a commit;
/// it is internal, so the topology's tests hold that a commit never leaves a change behind.
final class BeforeCommit implements StateStore, CachedStateStore<byte[], byte[]> {

    static final String NAME = "before-commit";

    private @Nullable Runnable action;
    private boolean open;

    /// Runs the action before each commit, in place of any earlier one.
    void run(Runnable newAction) {
        action = newAction;
    }

    @Override
    public void flushCache() {
        Runnable current = action;
        if (current != null) {
            current.run();
        }
    }

    /// The task's work is thrown away.
    @Override
    public void clearCache() {
        action = null;
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> {});
        open = true;
    }

    @Override
    public void close() {
        action = null;
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /// Builds one per task; it is neither cached nor logged.
    static final class Builder implements StoreBuilder<BeforeCommit> {

        @Override
        public BeforeCommit build() {
            return new BeforeCommit();
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public StoreBuilder<BeforeCommit> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<BeforeCommit> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<BeforeCommit> withLoggingEnabled(Map<String, String> config) {
            return this;
        }

        @Override
        public StoreBuilder<BeforeCommit> withLoggingDisabled() {
            return this;
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }
    }
}
