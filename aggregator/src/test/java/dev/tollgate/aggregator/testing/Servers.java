package dev.tollgate.aggregator.testing;

import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.schema.database.ProvisionTopics;
import dev.tollgate.testing.kafka.KafkaServer;
import dev.tollgate.testing.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A migrated database and a broker with the contract's topics.
public final class Servers implements AutoCloseable {

    private final PostgresServer postgres = PostgresServer.shared();
    private final KafkaServer kafka = KafkaServer.shared();
    private final String database;
    private final KafkaProducer<byte[], byte[]> producer;

    public Servers() {
        database = postgres.createDatabase();
        Migrate.migrate(MigrateOptions.of(postgres.url(database), postgres.superuser()));
        ProvisionTopics.provision(kafka.bootstrapServers(), Map.of(), (short) 1);
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    public String databaseUrl() {
        return postgres.url(database);
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public Connection superuser() throws SQLException {
        return postgres.dataSource(database, postgres.superuser()).getConnection();
    }

    /// Publishes in order; answers the offset of each, within its tenant's partition.
    public List<Long> publish(List<RequestEvent> events)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        for (RequestEvent event : events) {
            answers.add(producer.send(new ProducerRecord<>(
                    Topics.USAGE_REQUESTS,
                    Topics.partitionOf(event.tenantId()),
                    Topics.keyOf(event.tenantId()),
                    EventCodec.encode(event))));
        }
        List<Long> offsets = new ArrayList<>();
        for (Future<RecordMetadata> answer : answers) {
            offsets.add(answer.get(10, TimeUnit.SECONDS).offset());
        }
        return offsets;
    }

    @Override
    public void close() {
        producer.close();
    }
}
