package dev.tollgate.ingest.batch.kafka;

import dev.tollgate.ingest.batch.TopicId;
import dev.tollgate.schema.contract.Topics;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/// What the broker says about the usage topic. Safe for use by several threads.
public final class UsageTopic implements TopicId {

    private static final int ANSWER_MS_MAX = 10_000;

    private final Admin admin;

    public UsageTopic(Admin admin) {
        this.admin = admin;
    }

    /// Throws when the topic is missing or has other partitions than v1 fixes; a tenant would change its
    /// partition then.
    public void requirePartitions() {
        int partitions = describe().partitions().size();
        if (partitions != Topics.PARTITIONS) {
            throw new IllegalStateException("topic " + Topics.USAGE_REQUESTS + " must have " + Topics.PARTITIONS
                    + " partitions but has " + partitions);
        }
    }

    @Override
    public String current() {
        return describe().topicId().toString();
    }

    private TopicDescription describe() {
        try {
            var answer = admin.describeTopics(List.of(Topics.USAGE_REQUESTS)).allTopicNames();
            return answer.get(ANSWER_MS_MAX, TimeUnit.MILLISECONDS)
                    .values()
                    .iterator()
                    .next();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for topic " + Topics.USAGE_REQUESTS, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker does not describe topic " + Topics.USAGE_REQUESTS, e);
        }
    }
}
