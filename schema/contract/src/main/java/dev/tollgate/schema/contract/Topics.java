package dev.tollgate.schema.contract;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The topics of Tollgate. Names carry the version of their records; within one version only optional
/// fields are added.
///
/// All topics take the broker's time (`LogAppendTime`): retention, ownership of hours and the limit on future
/// events must not depend on a producer's clock.
public final class Topics {

    /// `RequestEvent` by tenant.
    public static final String USAGE_REQUESTS = "usage.requests.v1";

    /// `HourlyBucket` by tenant and hour.
    public static final String USAGE_HOURLY = "usage.hourly.v1";

    /// `StaleHour`: hours that the raw table owns from now on. Between the aggregator and its own sink.
    public static final String USAGE_HOURLY_STALE = "usage.hourly.stale.v1";

    /// `QuotaViolation` by tenant.
    public static final String QUOTA_VIOLATIONS = "quota.violations.v1";

    /// `BillingEvent` by tenant.
    public static final String BILLING_EVENTS = "billing.events.v1";

    /// Original bytes with `DeadLetterHeaders`, by the original key.
    public static final String USAGE_DEAD_LETTER = "usage.dead-letter.v1";

    /// The partitions of every topic, fixed for v1: a tenant must never change its partition.
    public static final int PARTITIONS = 12;

    /// The longest batch that a topic takes from a producer, in bytes.
    public static final int MESSAGE_BYTES_MAX = 1_048_576;

    /// A dead letter is the longest message plus its headers; its producer needs `max.request.size` as large.
    public static final int DEAD_LETTER_BYTES_MAX = 2 * MESSAGE_BYTES_MAX;

    public static final List<TopicSpec> ALL = List.of(
            topic(USAGE_REQUESTS, "delete", Duration.ofDays(7), MESSAGE_BYTES_MAX),
            topic(USAGE_HOURLY, "compact,delete", Duration.ofDays(400), MESSAGE_BYTES_MAX),
            topic(USAGE_HOURLY_STALE, "delete", Duration.ofDays(7), MESSAGE_BYTES_MAX),
            topic(QUOTA_VIOLATIONS, "delete", Duration.ofDays(30), MESSAGE_BYTES_MAX),
            topic(BILLING_EVENTS, "delete", Duration.ofDays(400), MESSAGE_BYTES_MAX),
            topic(USAGE_DEAD_LETTER, "delete", Duration.ofDays(30), DEAD_LETTER_BYTES_MAX));

    private static final int MURMUR2_SEED = 0x9747b28c;
    private static final int MURMUR2_M = 0x5bd1e995;
    private static final int MURMUR2_R = 24;

    private Topics() {}

    /// The record key of a tenant.
    public static byte[] keyOf(String tenantId) {
        return tenantId.getBytes(StandardCharsets.UTF_8);
    }

    /// The partition of everything that concerns the tenant; what Kafka's default partitioner answers for
    /// `keyOf(tenantId)`.
    public static int partitionOf(String tenantId) {
        return partitionOf(keyOf(tenantId), PARTITIONS);
    }

    static int partitionOf(byte[] key, int partitions) {
        return (murmur2(key) & 0x7fffffff) % partitions;
    }

    /// MurmurHash2 with 32 bits and the seed that Kafka uses.
    static int murmur2(byte[] data) {
        int length = data.length;
        int hash = MURMUR2_SEED ^ length;
        int words = length / 4;
        for (int i = 0; i < words; i++) {
            int at = i * 4;
            int k = (data[at] & 0xff)
                    | (data[at + 1] & 0xff) << 8
                    | (data[at + 2] & 0xff) << 16
                    | (data[at + 3] & 0xff) << 24;
            k *= MURMUR2_M;
            k ^= k >>> MURMUR2_R;
            k *= MURMUR2_M;
            hash = hash * MURMUR2_M ^ k;
        }
        int tail = words * 4;
        if (length > tail) {
            for (int i = length - 1; i >= tail; i--) {
                hash ^= (data[i] & 0xff) << 8 * (i - tail);
            }
            hash *= MURMUR2_M;
        }
        hash ^= hash >>> 13;
        hash *= MURMUR2_M;
        return hash ^ hash >>> 15;
    }

    private static TopicSpec topic(String name, String cleanupPolicy, Duration retention, int messageBytesMax) {
        return new TopicSpec(
                name,
                PARTITIONS,
                Map.of(
                        "cleanup.policy",
                        cleanupPolicy,
                        "retention.ms",
                        Long.toString(retention.toMillis()),
                        "message.timestamp.type",
                        "LogAppendTime",
                        "max.message.bytes",
                        Integer.toString(messageBytesMax)));
    }
}
