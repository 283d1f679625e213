package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.contract.TopicSpec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.kafka.KafkaServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class ProvisionTopicsTest {

    /// A broker answers from its own copy of the controller's records.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void makesTheTopicsOnceMendsTheirSettingsAndRefusesOtherPartitions() throws Exception {
        String servers = KafkaServer.shared().bootstrapServers();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(Topics.QUOTA_VIOLATIONS, 3, (short) 1)))
                    .all()
                    .get();
            assertThatThrownBy(() -> ProvisionTopics.provision(servers, Map.of(), (short) 1))
                    .isInstanceOf(MigrateFailedException.class)
                    .hasMessage("topic quota.violations.v1 has 3 partitions, not 12");

            admin.createPartitions(Map.of(Topics.QUOTA_VIOLATIONS, NewPartitions.increaseTo(12)))
                    .all()
                    .get();
            Await.until(
                    "the broker shows the added partitions",
                    PATIENCE,
                    () -> admin.describeTopics(List.of(Topics.QUOTA_VIOLATIONS)).allTopicNames().get().values().stream()
                            .allMatch(topic -> topic.partitions().size() == Topics.PARTITIONS));
            ConfigResource requests = new ConfigResource(ConfigResource.Type.TOPIC, Topics.USAGE_REQUESTS);
            AlterConfigOp shorter =
                    new AlterConfigOp(new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(requests, List.of(shorter)))
                    .all()
                    .get();

            Await.until(
                    "the broker shows the shorter retention",
                    PATIENCE,
                    () -> admin.describeConfigs(List.of(requests)).all().get().values().stream()
                            .allMatch(
                                    config -> config.get("retention.ms").value().equals("1000")));

            ProvisionTopics.Provisioned mended = ProvisionTopics.provision(servers, Map.of(), (short) 1);
            assertThat(mended.created()).isEmpty();
            assertThat(mended.reconfigured()).containsExactlyInAnyOrder(Topics.QUOTA_VIOLATIONS, Topics.USAGE_REQUESTS);
            Await.until(
                    "nothing is left to do",
                    PATIENCE,
                    () -> ProvisionTopics.provision(servers, Map.of(), (short) 1)
                            .equals(new ProvisionTopics.Provisioned(List.of(), List.of())));
            assertThat(admin.listTopics().names().get())
                    .containsAll(Topics.ALL.stream().map(TopicSpec::name).toList());
        }
    }

    @Test
    void aBrokerThatIsNotThereIsNamed() {
        Map<String, String> impatient =
                Map.of("default.api.timeout.ms", "500", "request.timeout.ms", "400", "client.id", "impatient");
        assertThatThrownBy(() -> ProvisionTopics.provision("127.0.0.1:1", impatient, (short) 1))
                .isInstanceOf(MigrateFailedException.class)
                .hasMessageContaining("127.0.0.1:1");
    }
}
