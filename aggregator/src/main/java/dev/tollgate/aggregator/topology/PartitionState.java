package dev.tollgate.aggregator.topology;

import java.nio.ByteBuffer;

/// What a partition knows about itself.
///
/// @param brokerTimeMs the latest broker time seen
/// @param latestHourMs the latest hour with a bucket
public record PartitionState(OwnershipRule rule, long brokerTimeMs, long latestHourMs) {

    private static final byte FORMAT = 1;

    static PartitionState bornAt(long logPosition, long brokerTimeMs) {
        return new PartitionState(OwnershipRule.bornAt(logPosition, brokerTimeMs), brokerTimeMs, Long.MIN_VALUE);
    }

    PartitionState at(long newBrokerTimeMs) {
        return newBrokerTimeMs <= brokerTimeMs ? this : new PartitionState(rule, newBrokerTimeMs, latestHourMs);
    }

    PartitionState withHour(long hourMs) {
        return hourMs <= latestHourMs ? this : new PartitionState(rule, brokerTimeMs, hourMs);
    }

    PartitionState withRule(OwnershipRule newRule) {
        return newRule.equals(rule) ? this : new PartitionState(newRule, brokerTimeMs, latestHourMs);
    }

    public byte[] toState() {
        return ByteBuffer.allocate(1 + 4 * Long.BYTES)
                .put(FORMAT)
                .putLong(rule.bornMs())
                .putLong(rule.keptFromMs())
                .putLong(brokerTimeMs)
                .putLong(latestHourMs)
                .array();
    }

    public static PartitionState fromState(byte[] state) {
        ByteBuffer in = ByteBuffer.wrap(state);
        if (in.get() != FORMAT) {
            throw new IllegalStateException("a stored partition of unknown format " + state[0]);
        }
        return new PartitionState(new OwnershipRule(in.getLong(), in.getLong()), in.getLong(), in.getLong());
    }
}
