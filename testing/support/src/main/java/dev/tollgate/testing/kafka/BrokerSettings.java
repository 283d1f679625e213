package dev.tollgate.testing.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/// A single node's settings: small enough to start quickly and to live in a small heap.
final class BrokerSettings {

    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final int HEARTBEATS_PER_SESSION = 5;

    private BrokerSettings() {}

    /// @param sessionTimeout how long the controller holds the place of a broker that died; its next start waits for
    ///     that. A broker that is starved for longer loses its partitions until it comes back.
    /// @param clientPort where clients connect
    /// @param controllerPort where the node's broker part finds its controller part; any free port will do
    static Properties of(Path data, int clientPort, int controllerPort, Duration sessionTimeout) {
        var settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("log.dirs", data.toString());
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + clientPort + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + clientPort);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put("auto.create.topics.enable", "false");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("broker.session.timeout.ms", Long.toString(sessionTimeout.toMillis()));
        settings.put("broker.heartbeat.interval.ms", Long.toString(sessionTimeout.toMillis() / HEARTBEATS_PER_SESSION));
        replicateOnce(settings);
        staySmall(settings);
        return settings;
    }

    private static void replicateOnce(Properties settings) {
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
    }

    private static void staySmall(Properties settings) {
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("num.recovery.threads.per.data.dir", "2");
        // The cleaner takes this much heap at its start, and 128 MiB unless told.
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
        settings.put("socket.request.max.bytes", Integer.toString(32 * 1024 * 1024));
        // A one-node quorum has nobody to wait for.
        settings.put("controller.quorum.election.timeout.ms", "200");
        settings.put("controller.quorum.election.backoff.max.ms", "100");
        settings.put("initial.broker.registration.timeout.ms", "30000");
    }
}
