package dev.tollgate.gateway;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.schema.contract.TopicSpec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.kafka.KafkaServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// A whole gateway with one event loop, if not told otherwise, and one route, `/things`, before real servers.
final class SmallGateway {

    private SmallGateway() {}

    static ConfigurableApplicationContext start(
            GatewayDatabase database, KafkaServer kafka, Path folder, int upstreamPort, String... more)
            throws Exception {
        createTopics(kafka);
        return new SpringApplicationBuilder(GatewayApplication.class)
                .properties(Map.ofEntries(
                        Map.entry("tollgate.gateway.host", "127.0.0.1"),
                        Map.entry("tollgate.gateway.port", "0"),
                        Map.entry("tollgate.gateway.management-port", "0"),
                        Map.entry("tollgate.gateway.admin-port", "0"),
                        Map.entry("tollgate.gateway.event-loops", "1"),
                        Map.entry("tollgate.gateway.database.url", database.url()),
                        Map.entry("tollgate.gateway.kafka.bootstrap-servers", kafka.bootstrapServers()),
                        Map.entry("tollgate.gateway.journal.directory", folder.toString()),
                        Map.entry(
                                "tollgate.gateway.snapshot-directory",
                                folder.resolveSibling(folder.getFileName() + "-snapshot")
                                        .toString()),
                        Map.entry("tollgate.gateway.journal.segment-bytes", "131072"),
                        Map.entry("tollgate.gateway.journal.bytes-max", "4194304"),
                        Map.entry("tollgate.gateway.routes[0].name", "things"),
                        Map.entry("tollgate.gateway.routes[0].path-prefix", "/things"),
                        Map.entry("tollgate.gateway.routes[0].upstream", "http://127.0.0.1:" + upstreamPort)))
                .properties(more)
                .run();
    }

    private static void createTopics(KafkaServer kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>();
            for (TopicSpec topic : Topics.ALL) {
                if (!existing.contains(topic.name())) {
                    missing.add(new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(topic.configs()));
                }
            }
            admin.createTopics(missing).all().get();
        }
    }
}
