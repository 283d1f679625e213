package dev.tollgate.bench.metering.listener;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.schema.contract.Topics;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.support.serializer.JacksonJsonDeserializer;
import org.springframework.transaction.support.TransactionTemplate;

/// The plain listener. Events that come again are left to the table's key; offsets are committed after the rows.
/// Arguments: JDBC URL, bootstrap servers, group, threads, batch size.
final class ListenerMain {

    private static final String INSERT = """
            INSERT INTO tenant_metrics_raw (tenant_id, event_time, id, user_id, event_type, endpoint, method, route,
                duration_ms, db_query_count, db_duration_ms, response_status, bytes_sent, bytes_received, bytes_stored,
                units, source, sequence, log_position, voids)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """;

    private ListenerMain() {}

    public static void main(String[] arguments) {
        int threads = Integer.parseInt(arguments[3]);
        int batchSize = Integer.parseInt(arguments[4]);
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(arguments[0]);
        pool.setUsername("tollgate_ingest");
        pool.setMaximumPoolSize(threads);
        JdbcTemplate jdbc = new JdbcTemplate(pool);
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));

        JacksonJsonDeserializer<UsageRow> json = new JacksonJsonDeserializer<>(UsageRow.class, false);
        ContainerProperties properties = new ContainerProperties(Topics.USAGE_REQUESTS);
        properties.setGroupId(arguments[2]);
        properties.setMessageListener((BatchMessageListener<String, UsageRow>)
                records -> transaction.executeWithoutResult(status -> store(jdbc, records, batchSize)));
        Map<String, Object> consumer = Map.of(
                "bootstrap.servers",
                arguments[1],
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "max.poll.records",
                batchSize);
        var container = new ConcurrentMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(consumer, new StringDeserializer(), json), properties);
        container.setConcurrency(threads);
        container.start();
    }

    private static void store(JdbcTemplate jdbc, List<ConsumerRecord<String, UsageRow>> records, int batchSize) {
        jdbc.batchUpdate(INSERT, records, batchSize, ListenerMain::bind);
    }

    private static void bind(PreparedStatement insert, ConsumerRecord<String, UsageRow> record) throws SQLException {
        UsageRow row = record.value();
        insert.setString(1, row.tenantId());
        insert.setTimestamp(2, Timestamp.from(row.eventTime()));
        insert.setObject(3, row.id());
        insert.setString(4, row.userId());
        insert.setString(5, row.eventType());
        insert.setString(6, row.endpoint());
        insert.setString(7, row.method());
        insert.setString(8, row.route());
        insert.setLong(9, row.durationMs());
        insert.setLong(10, row.dbQueryCount());
        insert.setObject(11, row.dbDurationMs(), Types.BIGINT);
        insert.setObject(12, row.responseStatus(), Types.INTEGER);
        insert.setLong(13, row.bytesSent());
        insert.setLong(14, row.bytesReceived());
        insert.setObject(15, row.bytesStored(), Types.BIGINT);
        insert.setLong(16, row.units());
        insert.setString(17, row.source());
        insert.setLong(18, row.sequence());
        insert.setLong(19, record.offset());
        insert.setObject(20, row.voids(), Types.OTHER);
    }
}
