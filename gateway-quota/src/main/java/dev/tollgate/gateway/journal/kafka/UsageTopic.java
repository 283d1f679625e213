package dev.tollgate.gateway.journal.kafka;

import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/// Looks whether the usage topic is as the contract says. Nothing may be published to another number of partitions:
/// tenants would change theirs.
public final class UsageTopic {

    /// What was seen.
    public enum Finding {
        AS_CONTRACTED,
        OTHER_PARTITION_COUNT,
        UNREACHABLE
    }

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final Map<String, Object> settings;

    /// @param overrides client properties of the operator: addresses, TLS, SASL
    public UsageTopic(Map<String, String> overrides) {
        Map<String, Object> merged = new HashMap<>(overrides);
        merged.put(AdminClientConfig.CLIENT_ID_CONFIG, "tollgate-gateway-topics");
        merged.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_MAX.toMillis());
        merged.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER_MAX.toMillis());
        this.settings = Map.copyOf(merged);
    }

    /// Asks the broker; takes a few seconds at most.
    public Finding look() {
        try (Admin admin = Admin.create(settings)) {
            int partitions = admin.describeTopics(List.of(Topics.USAGE_REQUESTS))
                    .allTopicNames()
                    .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
            return partitions == Topics.PARTITIONS ? Finding.AS_CONTRACTED : Finding.OTHER_PARTITION_COUNT;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Finding.UNREACHABLE;
        } catch (ExecutionException | TimeoutException | KafkaException away) {
            return Finding.UNREACHABLE;
        }
    }
}
