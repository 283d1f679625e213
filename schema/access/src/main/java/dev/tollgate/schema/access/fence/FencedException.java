package dev.tollgate.schema.access.fence;

/// Another instance has taken the partition over, or this one's idea of the position is wrong. Roll back and
/// give the partition up.
public final class FencedException extends RuntimeException {

    public FencedException(PartitionFence.Held held, long from) {
        super("partition " + held.topic() + "-" + held.partition() + " generation " + held.generation()
                + " is no longer held with epoch " + held.epoch() + " at offset " + from);
    }
}
