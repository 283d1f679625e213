package dev.tollgate.aggregator.sink;

/// Where the sink's batches go, each together with its position. One thread owns an instance. Any failure is a
/// `SinkFailedException`; the instance is then closed and its successor acquires the partitions anew.
public interface SinkStore extends AutoCloseable {

    /// Takes the partition over from whoever held it; answers the offset to read from.
    long acquire(SinkPartition partition);

    /// Stores a batch and moves the partition to `nextOffset`, both or neither.
    void store(SinkPartition partition, SinkBatch batch, long nextOffset);

    /// Gives the partition up.
    void release(SinkPartition partition);

    @Override
    void close();
}
