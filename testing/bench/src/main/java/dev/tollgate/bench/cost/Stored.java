package dev.tollgate.bench.cost;

import dev.tollgate.schema.contract.TopicSpec;
import dev.tollgate.schema.contract.Topics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Something that requests leave on a disk.
///
/// @param bytes per million requests
/// @param monthsKept for how long they stay, for the price; 0 for what is freed or compacted
record Stored(String what, double bytes, BigDecimal monthsKept) {

    private static final BigDecimal MONTH_MS = BigDecimal.valueOf(30L * 24 * 3_600_000);
    private static final String RAW = "tenant_metrics_raw";
    private static final String HOURLY = "tenant_metrics_hourly";
    private static final String BY_ROUTE = "tenant_metrics_hourly_routes";
    private static final List<String> SEQUENCES =
            List.of("ingest_sequences", "event_sources", "ingest_positions", "sink_positions");

    /// Rows of hours, and the state of sources, are there once whatever number of requests they hold, so they count as
    /// they stand; everything else counts as it grew.
    ///
    /// @param used by the requests
    /// @param after what stands when all is settled
    /// @param hourlyTopicBytes what stays of the topic of hours once it is compacted
    static List<Stored> of(Reading used, Reading after, long hourlyTopicBytes, long requests, PriceInputs prices) {
        BigDecimal kept = BigDecimal.valueOf(prices.monthsKept());
        Map<String, Long> tables = used.tables().bytes();
        long rawIndex = used.tables().indexBytes().getOrDefault(RAW, 0L);
        long raw = tables.getOrDefault(RAW, 0L);
        Map<String, Long> standing = after.tables().bytes();
        long sequences = SEQUENCES.stream()
                .mapToLong(table -> standing.getOrDefault(table, 0L))
                .sum();
        long others = tables.entrySet().stream()
                .filter(table -> !table.getKey().equals(RAW)
                        && !table.getKey().equals(HOURLY)
                        && !table.getKey().equals(BY_ROUTE)
                        && !SEQUENCES.contains(table.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        List<Stored> stored = new ArrayList<>();
        stored.add(new Stored("raw rows, the table", raw - rawIndex, kept));
        stored.add(new Stored("raw rows, its index", rawIndex, kept));
        stored.add(new Stored("hourly rows", standing.getOrDefault(HOURLY, 0L), kept));
        stored.add(new Stored("hourly rows by route", standing.getOrDefault(BY_ROUTE, 0L), kept));
        stored.add(new Stored("sequences and positions", sequences, kept));
        stored.add(new Stored("all other tables", others, kept));
        used.topicBytes()
                .forEach((topic, bytes) -> stored.add(
                        topic.equals(Topics.USAGE_HOURLY)
                                ? new Stored(topic + ", not compacted", bytes, BigDecimal.ZERO)
                                : new Stored(topic, bytes, monthsOf(topic))));
        stored.add(new Stored(Topics.USAGE_HOURLY + ", compacted", hourlyTopicBytes, monthsOf(Topics.USAGE_HOURLY)));
        stored.add(new Stored("journal, freed once stored", used.journalBytes(), BigDecimal.ZERO));
        stored.add(new Stored("PostgreSQL's log, recycled", used.tables().walBytes(), BigDecimal.ZERO));
        return stored.stream()
                .map(each -> new Stored(each.what(), each.bytes() * 1e6 / requests, each.monthsKept()))
                .toList();
    }

    /// By the retention of the contract; 0 for Kafka's own topics, which are compacted.
    private static BigDecimal monthsOf(String topic) {
        return Topics.ALL.stream()
                .filter(spec -> spec.name().equals(topic))
                .map(Stored::monthsOf)
                .findFirst()
                .orElse(BigDecimal.ZERO);
    }

    private static BigDecimal monthsOf(TopicSpec spec) {
        String retentionMs = spec.configs().get("retention.ms");
        if (retentionMs == null) {
            throw new IllegalStateException(spec.name() + " has no retention");
        }
        return new BigDecimal(retentionMs).divide(MONTH_MS, MathContext.DECIMAL64);
    }

    boolean isKept() {
        return monthsKept.signum() > 0;
    }
}
