package dev.tollgate.testing.postgres;

import dev.tollgate.testing.Containers;
import dev.tollgate.testing.process.ExitActions;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// The shared server as a container, for people who have Docker and ask for it.
final class ContainerPostgres implements PostgresServer {

    private static final String IMAGE = "postgres:18";
    private static final int PORT = 5432;

    private final PostgreSQLContainer container;

    private ContainerPostgres(PostgreSQLContainer container) {
        this.container = container;
    }

    static PostgresServer start() {
        return Containers.start("PostgreSQL", ContainerPostgres::startContainer);
    }

    private static PostgresServer startContainer() {
        PostgreSQLContainer container = new PostgreSQLContainer(IMAGE)
                .withUsername("postgres")
                .withDatabaseName("postgres")
                .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust")
                .withEnv("POSTGRES_INITDB_ARGS", "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C")
                .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200", "-c", "timezone=UTC");
        container.start();
        var server = new ContainerPostgres(container);
        ExitActions.register("stop the PostgreSQL container", server::close);
        return server;
    }

    @Override
    public int port() {
        return container.getMappedPort(PORT);
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public long pid() {
        throw Containers.notOffered("pid");
    }

    @Override
    public boolean isRunning() {
        return container.isRunning();
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
