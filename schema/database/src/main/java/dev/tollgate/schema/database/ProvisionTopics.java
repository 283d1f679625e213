package dev.tollgate.schema.database;

import dev.tollgate.schema.contract.TopicSpec;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Makes the topics of the contract. A topic that exists keeps its data: its settings are brought back to the
/// contract's, but another number of partitions is an error, since keys would change their partition.
public final class ProvisionTopics {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Duration PAUSE_BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Admin admin;
    private final short replicationFactor;

    private ProvisionTopics(Admin admin, short replicationFactor) {
        this.admin = admin;
        this.replicationFactor = replicationFactor;
    }

    /// What a call did; both empty when the broker had everything.
    ///
    /// @param created names of new topics
    /// @param reconfigured names of topics whose settings differed
    public record Provisioned(List<String> created, List<String> reconfigured) {}

    /// Returns once the broker knows every topic.
    ///
    /// @param extraProperties further client properties (TLS, SASL), by Kafka's names
    /// @throws MigrateFailedException when the broker is away, refuses, or holds a topic with other partitions
    public static Provisioned provision(
            String bootstrapServers, Map<String, String> extraProperties, short replicationFactor) {
        Map<String, Object> properties = new HashMap<>(extraProperties);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        try (Admin admin = Admin.create(properties)) {
            return new ProvisionTopics(admin, replicationFactor).provision();
        } catch (ExecutionException failed) {
            throw new MigrateFailedException("could not provision topics at " + bootstrapServers, failed);
        } catch (TimeoutException late) {
            throw new MigrateFailedException("could not provision topics at " + bootstrapServers + ": no answer within "
                    + ANSWER_WITHIN.toSeconds() + " s");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new MigrateFailedException("interrupted while provisioning topics");
        }
    }

    private Provisioned provision() throws ExecutionException, TimeoutException, InterruptedException {
        List<String> created = create();
        Map<String, TopicDescription> existing = describeAll();
        List<String> wrong = new ArrayList<>();
        for (TopicSpec spec : Topics.ALL) {
            TopicDescription topic = existing.get(spec.name());
            int partitions = topic == null ? 0 : topic.partitions().size();
            if (partitions != spec.partitions()) {
                wrong.add("topic " + spec.name() + " has " + partitions + " partitions, not " + spec.partitions());
            }
        }
        if (!wrong.isEmpty()) {
            throw new MigrateFailedException(String.join("; ", wrong));
        }
        List<TopicSpec> old = Topics.ALL.stream()
                .filter(spec -> !created.contains(spec.name()))
                .toList();
        return new Provisioned(created, reconfigure(old));
    }

    private List<String> create() throws ExecutionException, TimeoutException, InterruptedException {
        List<NewTopic> wanted = Topics.ALL.stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), replicationFactor).configs(spec.configs()))
                .toList();
        List<String> created = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<Void>> topic :
                admin.createTopics(wanted).values().entrySet()) {
            try {
                await(topic.getValue());
                created.add(topic.getKey());
            } catch (ExecutionException failed) {
                if (!(failed.getCause() instanceof TopicExistsException)) {
                    throw failed;
                }
            }
        }
        return created;
    }

    /// A broker may learn of a new topic a moment after the controller has made it.
    private Map<String, TopicDescription> describeAll()
            throws ExecutionException, TimeoutException, InterruptedException {
        List<String> names = Topics.ALL.stream().map(TopicSpec::name).toList();
        long startedNanos = System.nanoTime();
        while (true) {
            try {
                return await(admin.describeTopics(names).allTopicNames());
            } catch (ExecutionException failed) {
                boolean late = System.nanoTime() - startedNanos > ANSWER_WITHIN.toNanos();
                if (late || !(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw failed;
                }
                LockSupport.parkNanos(PAUSE_BETWEEN_LOOKS.toNanos());
            }
        }
    }

    private List<String> reconfigure(List<TopicSpec> specs)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<ConfigResource> resources =
                specs.stream().map(ProvisionTopics::resourceOf).toList();
        Map<ConfigResource, Config> actual =
                await(admin.describeConfigs(resources).all());
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        List<String> changed = new ArrayList<>();
        for (TopicSpec spec : specs) {
            Config config = actual.get(resourceOf(spec));
            List<AlterConfigOp> differing = spec.configs().entrySet().stream()
                    .filter(wanted -> !wanted.getValue().equals(valueOf(config, wanted.getKey())))
                    .map(wanted -> new AlterConfigOp(
                            new ConfigEntry(wanted.getKey(), wanted.getValue()), AlterConfigOp.OpType.SET))
                    .toList();
            if (!differing.isEmpty()) {
                changes.put(resourceOf(spec), differing);
                changed.add(spec.name());
            }
        }
        if (!changes.isEmpty()) {
            await(admin.incrementalAlterConfigs(changes).all());
        }
        return changed;
    }

    private static String valueOf(@Nullable Config config, String name) {
        ConfigEntry entry = config == null ? null : config.get(name);
        return entry == null ? "" : entry.value();
    }

    private static ConfigResource resourceOf(TopicSpec spec) {
        return new ConfigResource(ConfigResource.Type.TOPIC, spec.name());
    }

    private static <T> T await(KafkaFuture<T> answer)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }
}
