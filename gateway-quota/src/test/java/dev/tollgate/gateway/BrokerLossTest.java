package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.gateway.journal.OpenLane;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestOutcome;
import dev.tollgate.gateway.journal.file.JournalDirectory;
import dev.tollgate.gateway.journal.file.JournalSettings;
import dev.tollgate.gateway.journal.kafka.KafkaEventLog;
import dev.tollgate.gateway.journal.kafka.UsageTopic;
import dev.tollgate.gateway.journal.postgres.PostgresSourceRegistry;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.TopicSpec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.kafka.KafkaServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/// The journal before a real broker that loses what it acknowledged, and a real database. Its clock runs ten times as
/// fast, since the journal takes its time to be certain.
class BrokerLossTest {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int EVENTS = 40;
    private static final int TENANTS = 7;

    private final GatewayDatabase database = GatewayDatabase.create();
    private final KafkaServer kafka = KafkaServer.shared();
    private final Map<String, String> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
    private final StandInIngest ingest = new StandInIngest(database, kafka.bootstrapServers());
    private final ExecutorService eventLoop = Executors.newSingleThreadExecutor();
    private final LongSupplier fastNanos = () -> 10 * System.nanoTime();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    private final Set<UUID> appended = new HashSet<>();
    private final Path folder;
    private JournalService journal;

    BrokerLossTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        if (!admin.listTopics().names().get().contains(Topics.USAGE_REQUESTS)) {
            createTopic();
        }
        journal = open();
    }

    @AfterEach
    void close() {
        journal.stop(Duration.ofSeconds(1));
        eventLoop.shutdown();
        admin.close();
    }

    private JournalService open() {
        PGSimpleDataSource asGateway = new PGSimpleDataSource();
        asGateway.setUrl(database.url());
        asGateway.setUser(GatewayDatabase.GATEWAY_ROLE);
        JournalService opened = JournalService.open(
                JournalDirectory.open(
                        new JournalSettings(folder, JournalSettings.SEGMENT_BYTES_MIN, 1L << 24),
                        System::currentTimeMillis,
                        new SecureRandom(),
                        StrikePoints.inert()),
                new PostgresSourceRegistry(asGateway, "test"),
                new KafkaEventLog(client),
                new UsageTopic(client),
                StrikePoints.inert(),
                1,
                System::currentTimeMillis,
                fastNanos);
        opened.journal().openLanes().forEach(lane -> lane.bind(eventLoop));
        opened.start();
        return opened;
    }

    private void createTopic() throws ExecutionException, InterruptedException {
        TopicSpec spec = Topics.ALL.getFirst();
        assertThat(spec.name()).isEqualTo(Topics.USAGE_REQUESTS);
        admin.createTopics(List.of(new NewTopic(spec.name(), spec.partitions(), (short) 1).configs(spec.configs())))
                .all()
                .get();
    }

    private void appendAndPublish() throws Exception {
        OpenLane lane = journal.journal().openLanes().getFirst();
        long before = journal.publisher().publishedEvents();
        eventLoop
                .submit(() -> {
                    for (int i = 0; i < EVENTS; i++) {
                        String tenant = "tenant-" + i % TENANTS;
                        RecordSlot slot = lane.recorder()
                                .reserve(tenant, null, "GET", "/x", "r")
                                .orElseThrow();
                        appended.add(lane.recorder()
                                .record(
                                        slot,
                                        new RequestOutcome(
                                                tenant,
                                                null,
                                                EventType.API_REQUEST,
                                                "/x",
                                                "GET",
                                                "r",
                                                1,
                                                0,
                                                200,
                                                1,
                                                0,
                                                1)));
                    }
                })
                .get();
        Await.until(
                "everything is acknowledged", SOON, () -> journal.publisher().publishedEvents() >= before + EVENTS);
    }

    private void awaitStored() {
        Await.until("every event is stored", SOON, () -> {
            ingest.read();
            return ingest.ids().containsAll(appended);
        });
    }

    private void deleteRecords() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            latest.put(new TopicPartition(Topics.USAGE_REQUESTS, partition), OffsetSpec.latest());
        }
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        admin.listOffsets(latest)
                .all()
                .get()
                .forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end.offset())));
        admin.deleteRecords(all).all().get();
    }

    private void makeTopicAnew() throws ExecutionException, InterruptedException {
        admin.deleteTopics(List.of(Topics.USAGE_REQUESTS)).all().get();
        Await.until("the topic is made anew", SOON, () -> {
            createTopic();
            return true;
        });
    }

    @Test
    void whatABrokerAcknowledgedAndLostIsPublishedAgainUntilAllIsStored() throws Exception {
        appendAndPublish();
        ingest.read();
        assertThat(ingest.ids()).containsAll(appended);
        long before = journal.keeper().lossesFound();
        appendAndPublish();
        deleteRecords();
        awaitStored();
        assertThat(journal.keeper().lossesFound()).isGreaterThan(before);

        appendAndPublish();
        makeTopicAnew();
        awaitStored();

        String source = database.text("SELECT min(source) FROM event_sources WHERE appended > 0");
        appendAndPublish();
        journal.stop(Duration.ofSeconds(1));
        deleteRecords();
        journal = open();
        awaitStored();
        Await.until(
                "the lane that was left over is stored and deleted",
                SOON,
                () -> journal.journal().leftOverLanes().isEmpty());
        Await.until("no source misses anything", SOON, () -> database.number("""
                        SELECT count(*) FROM event_sources e LEFT JOIN ingest_sequences q USING (source)
                        WHERE e.published <> e.appended OR coalesce(q.highest, 0) <> e.published
                            OR cardinality(q.missing) > 0""") == 0);
        assertThat(database.text("SELECT state FROM event_sources WHERE source = '%s'".formatted(source)))
                .isEqualTo("sealed");
    }
}
