package dev.tollgate.bench.metering;

import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.database.ProvisionTopics;
import dev.tollgate.testing.Await;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// The topics of the contract on a broker of the benchmark.
///
/// @param bootstrapServers of the broker
record BrokerTopics(String bootstrapServers) {

    private static final Duration GONE_WITHIN = Duration.ofSeconds(60);

    /// Makes what is missing, and returns once every partition is served.
    void make() {
        ProvisionTopics.provision(bootstrapServers, Map.of(), (short) 1);
        Map<TopicPartition, OffsetSpec> ends = Topics.ALL.stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        try (Admin admin = admin()) {
            // Asked of each partition's leader, and again until it answers.
            admin.listOffsets(ends).all().get();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the topics are not served", failed);
        }
    }

    /// Makes every topic anew, empty; whatever else there is of topics goes. Nobody may use them.
    ///
    /// @param kept topics that stay as they are
    void empty(Set<String> kept) {
        try (Admin admin = admin()) {
            Set<String> old = new TreeSet<>(admin.listTopics().names().get());
            old.removeAll(kept);
            admin.deleteTopics(old).all().get();
            Await.until(
                    "old topics are gone",
                    GONE_WITHIN,
                    () -> Collections.disjoint(admin.listTopics().names().get(), old));
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("cannot delete topics", failed);
        }
        make();
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    private static IllegalStateException interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while making topics", interrupted);
    }
}
