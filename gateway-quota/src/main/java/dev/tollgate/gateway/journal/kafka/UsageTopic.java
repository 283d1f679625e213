package dev.tollgate.gateway.journal.kafka;

import dev.tollgate.gateway.journal.LogEnds;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// Looks whether the usage topic is as the contract says, and where it ends. Nothing may be published to another number
/// of partitions:
/// tenants would change theirs.
public final class UsageTopic implements LogEnds.Reader {

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
        return ask(admin -> {
                    int partitions = describe(admin).partitions().size();
                    return partitions == Topics.PARTITIONS ? Finding.AS_CONTRACTED : Finding.OTHER_PARTITION_COUNT;
                })
                .orElse(Finding.UNREACHABLE);
    }

    /// Offsets and id belong together: the id is read before and after them.
    @Override
    public Optional<LogEnds> read() {
        return ask(admin -> {
                    String topicId = describe(admin).topicId().toString();
                    long[] offsets = new long[Topics.PARTITIONS];
                    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> each :
                            soon(admin.listOffsets(latest()).all()).entrySet()) {
                        offsets[each.getKey().partition()] = each.getValue().offset();
                    }
                    boolean same = describe(admin).topicId().toString().equals(topicId);
                    return same ? Optional.of(new LogEnds(topicId, offsets)) : Optional.<LogEnds>empty();
                })
                .flatMap(found -> found);
    }

    private static Map<TopicPartition, OffsetSpec> latest() {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            latest.put(new TopicPartition(Topics.USAGE_REQUESTS, partition), OffsetSpec.latest());
        }
        return latest;
    }

    private static TopicDescription describe(Admin admin)
            throws InterruptedException, ExecutionException, TimeoutException {
        return soon(admin.describeTopics(List.of(Topics.USAGE_REQUESTS)).allTopicNames())
                .values()
                .iterator()
                .next();
    }

    private static <T> T soon(KafkaFuture<T> answer) throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(Admin admin) throws InterruptedException, ExecutionException, TimeoutException;
    }

    private <T> Optional<T> ask(Question<T> question) {
        try (Admin admin = Admin.create(settings)) {
            return Optional.of(question.ask(admin));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException | KafkaException away) {
            return Optional.empty();
        }
    }
}
