package dev.tollgate.ingest.store;

/// Another instance has taken a partition over. Nothing of the batch was stored.
public final class PartitionLostException extends RuntimeException {

    private final int partition;

    public PartitionLostException(int partition, Throwable cause) {
        super("partition " + partition + " was taken over by another instance", cause);
        this.partition = partition;
    }

    public int partition() {
        return partition;
    }
}
