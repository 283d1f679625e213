package dev.tollgate.gateway.admission;

/// A store that outlives gates, not the process.
public final class MemoryReserveStore implements ReserveStore {

    private Content content = Content.NONE;

    @Override
    public synchronized Content take() {
        Content taken = content;
        content = Content.NONE;
        return taken;
    }

    @Override
    public synchronized void write(Content next) {
        content = next;
    }

    /// What the next process would find.
    public synchronized Content content() {
        return content;
    }
}
