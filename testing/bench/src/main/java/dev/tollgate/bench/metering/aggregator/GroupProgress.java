package dev.tollgate.bench.metering.aggregator;

import dev.tollgate.bench.metering.Ground;
import dev.tollgate.schema.contract.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// How far a consumer group has committed the filled topic. Used by one thread.
record GroupProgress(Admin admin, String groupId) implements AutoCloseable {

    static GroupProgress of(Ground ground) {
        return new GroupProgress(
                Admin.create(Map.of("bootstrap.servers", ground.bootstrapServers())), ground.runName());
    }

    long committed() {
        try {
            return admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .filter(entry -> entry.getKey().topic().equals(Topics.USAGE_REQUESTS) && entry.getValue() != null)
                    .mapToLong(entry -> entry.getValue().offset())
                    .sum();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for offsets", interrupted);
        } catch (ExecutionException notYet) {
            return 0;
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
