package dev.tollgate.testing.kafka;

import dev.tollgate.testing.Containers;
import dev.tollgate.testing.process.ExitActions;
import org.testcontainers.kafka.KafkaContainer;

/// The shared broker as a container, for people who have Docker and ask for it.
final class ContainerKafka implements KafkaServer {

    private static final String IMAGE = "apache/kafka:4.3.1";

    private final KafkaContainer container;

    private ContainerKafka(KafkaContainer container) {
        this.container = container;
    }

    static KafkaServer start() {
        return Containers.start("Kafka", ContainerKafka::startContainer);
    }

    private static KafkaServer startContainer() {
        KafkaContainer container = new KafkaContainer(IMAGE)
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                .withEnv("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4")
                .withEnv("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "4");
        container.start();
        var server = new ContainerKafka(container);
        ExitActions.register("stop the Kafka container", server::close);
        return server;
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public boolean isRunning() {
        return container.isRunning();
    }

    @Override
    public long pid() {
        throw Containers.notOffered("pid");
    }

    @Override
    public void kill9() {
        throw Containers.notOffered("kill9");
    }

    @Override
    public void pause() {
        throw Containers.notOffered("pause");
    }

    @Override
    public void resume() {
        throw Containers.notOffered("resume");
    }

    @Override
    public void restart() {
        throw Containers.notOffered("restart");
    }

    @Override
    public String logTail(int lines) {
        String log = container.getLogs();
        return String.join(
                "\n", log.lines().skip(Math.max(0, log.lines().count() - lines)).toList());
    }

    @Override
    public void close() {
        container.stop();
    }
}
