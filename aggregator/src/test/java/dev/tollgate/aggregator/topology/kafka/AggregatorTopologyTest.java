package dev.tollgate.aggregator.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.topology.FoldCounters;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.BucketCodec;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.StaleHourCodec;
import dev.tollgate.schema.contract.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The topology under Streams' own test driver, which commits after every record: each commit must have brought the
/// change of its record out, which is what `BeforeCommit` is for.
class AggregatorTopologyTest {

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final String TENANT = "tenant";

    private final FoldCounters counters = new FoldCounters();
    private final Events events = new Events("lane.0", 1);
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> requests;
    private final TestOutputTopic<byte[], byte[]> hourly;
    private final TestOutputTopic<byte[], byte[]> stale;

    AggregatorTopologyTest(@TempDir Path stateDirectory) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        driver = new TopologyTestDriver(
                AggregatorTopology.build(1, 100, Duration.ofMillis(200), counters, StrikePoints.inert()),
                properties,
                NOON);
        requests = driver.createInputTopic(Topics.USAGE_REQUESTS, new ByteArraySerializer(), new ByteArraySerializer());
        hourly =
                driver.createOutputTopic(Topics.USAGE_HOURLY, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        stale = driver.createOutputTopic(
                Topics.USAGE_HOURLY_STALE, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void bringsEachCommittedChangeOut() {
        send(events.request(TENANT, NOON), NOON);
        send(events.request(TENANT, NOON.plusSeconds(1)), NOON.plusSeconds(1));
        assertThat(hourly.readValuesToList().stream().map(BucketCodec::decode))
                .extracting(HourlyBucket::eventCount)
                .containsExactly(1L, 2L);
    }

    @Test
    void dropsRepeatsAndRubbish() {
        RequestEvent event = events.request(TENANT, NOON);
        send(event, NOON);
        send(event, NOON.plusSeconds(9));
        requests.pipeInput(Topics.keyOf(TENANT), new byte[] {'{'}, NOON.plusSeconds(10));
        assertThat(hourly.readValuesToList()).hasSize(1);
        assertThat(counters.repeated.sum()).isEqualTo(1);
        assertThat(counters.invalid.sum()).isEqualTo(1);
    }

    @Test
    void tellsWhyAnHourIsStale() {
        send(events.request(TENANT, NOON), NOON);
        send(events.request(TENANT, NOON.minus(Duration.ofDays(4))), NOON);
        List<TestRecord<byte[], byte[]>> marks = stale.readRecordsToList();
        assertThat(marks).hasSize(1);
        TestRecord<byte[], byte[]> mark = marks.getFirst();
        assertThat(StaleHourCodec.decode(mark.value()).hourBucket()).isEqualTo(NOON.minus(Duration.ofDays(4)));
        assertThat(mark.headers().lastHeader(FoldProcessor.REASON_HEADER).value())
                .asString()
                .isEqualTo("late");
    }

    @Test
    void keepsItsStateInTheStores() {
        send(events.request(TENANT, NOON), NOON);
        assertThat(driver.getKeyValueStore(FoldProcessor.BUCKETS).approximateNumEntries())
                .isEqualTo(1);
        assertThat(driver.getKeyValueStore(FoldProcessor.OTHERS).approximateNumEntries())
                .isEqualTo(2);
    }

    private void send(RequestEvent event, Instant brokerTime) {
        requests.pipeInput(Topics.keyOf(event.tenantId()), EventCodec.encode(event), brokerTime);
    }
}
