package dev.tollgate.bench.cost;

import dev.tollgate.schema.contract.TopicSpec;
import dev.tollgate.schema.contract.Topics;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;

/// What each topic takes in the brokers' folders, its replicas added up.
final class BrokerLogs {

    /// Topics that are not of the contract: offsets, transactions, the state of Kafka Streams.
    static final String INTERNAL = "Kafka's own and changelogs";

    private static final Set<String> NAMES =
            Topics.ALL.stream().map(TopicSpec::name).collect(Collectors.toUnmodifiableSet());

    private BrokerLogs() {}

    static Map<String, Long> bytes(String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var nodes =
                    admin.describeCluster().nodes().get().stream().map(Node::id).toList();
            Map<String, Long> bytes = new TreeMap<>();
            for (Map<String, LogDirDescription> folders :
                    admin.describeLogDirs(nodes).allDescriptions().get().values()) {
                for (LogDirDescription folder : folders.values()) {
                    folder.replicaInfos()
                            .forEach((partition, replica) -> bytes.merge(
                                    NAMES.contains(partition.topic()) ? partition.topic() : INTERNAL,
                                    replica.size(),
                                    Long::sum));
                }
            }
            return bytes;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for the logs' sizes", interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("cannot ask for the logs' sizes", failed);
        }
    }
}
