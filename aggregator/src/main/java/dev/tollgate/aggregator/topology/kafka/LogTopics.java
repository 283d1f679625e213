package dev.tollgate.aggregator.topology.kafka;

import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The topics that the aggregator reads and writes, as the broker has them.
public final class LogTopics {

    private static final List<String> NAMES =
            List.of(Topics.USAGE_REQUESTS, Topics.USAGE_HOURLY, Topics.USAGE_HOURLY_STALE);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private LogTopics() {}

    /// What the broker says.
    public sealed interface Found {

        /// @param topicIds the id of each topic, as text
        record Ready(Map<String, String> topicIds) implements Found {}

        /// The broker is away or a topic is not made yet; it may come.
        record NotYet(String reason) implements Found {}

        /// A topic that no waiting repairs.
        record Wrong(String reason) implements Found {}
    }

    /// Asks the broker; waits 10 s at most.
    public static Found look(Admin admin) {
        Map<String, TopicDescription> topics;
        try {
            topics = admin.describeTopics(NAMES).allTopicNames().get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            boolean absent = e.getCause() instanceof UnknownTopicOrPartitionException;
            return new Found.NotYet(absent ? "the topics are not made yet" : String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            return new Found.NotYet("the broker does not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Found.NotYet("interrupted");
        }
        Map<String, String> ids = new TreeMap<>();
        for (TopicDescription topic : topics.values()) {
            int partitions = topic.partitions().size();
            if (partitions != Topics.PARTITIONS) {
                return new Found.Wrong("topic " + topic.name() + " has " + partitions + " partitions but must have "
                        + Topics.PARTITIONS);
            }
            ids.put(topic.name(), topic.topicId().toString());
        }
        return new Found.Ready(ids);
    }
}
