package dev.tollgate.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testing.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

    @Test
    void sharesOneServerWithFreshDatabases() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        assertThat(PostgresServer.shared()).isSameAs(server);
        String first = server.createDatabase();
        String second = server.createDatabase();
        assertThat(first).isNotEqualTo(second);
        execute(server, first, "CREATE TABLE t (id bigint)", "INSERT INTO t VALUES (7)");
        assertThat(longOf(server, server.createDatabaseFrom(first), "SELECT id FROM t"))
                .isEqualTo(7);
        assertThat(longOf(server, second, "SELECT count(*) FROM pg_tables WHERE tablename = 't'"))
                .isZero();
        assertThat(longOf(server, first, "SELECT current_setting('server_version_num')::bigint"))
                .isBetween(180_000L, 189_999L);
        try (Connection byUrl = DriverManager.getConnection(server.url(first), server.superuser(), "")) {
            assertThat(byUrl.isValid(5)).isTrue();
        }
    }

    @Test
    void keepsCommittedRowsAcrossAKillOfThePostmaster(@TempDir Path folder) throws Exception {
        try (PostgresServer server = PostgresServer.start(PostgresServer.Options.lasting(folder.resolve("data")))) {
            execute(server, "postgres", "CREATE TABLE t (id bigint)", "INSERT INTO t VALUES (1)");
            int port = server.port();
            long pid = server.pid();
            try (Connection busy = server.dataSource("postgres", "postgres").getConnection()) {
                busy.setAutoCommit(false);
                try (Statement statement = busy.createStatement()) {
                    statement.execute("INSERT INTO t VALUES (2)");
                }
                server.kill9();
                assertThat(server.isRunning()).isFalse();
                assertThat(folder.resolve("data/postmaster.pid")).exists();
                assertThat(busy.isValid(5)).isFalse();
            }
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(longOf(server, "postgres", "SELECT sum(id) FROM t")).isEqualTo(1);
        }
    }

    @Test
    void pausesAndStartsOverOrphansAndKeepsItsDataWhenClosed(@TempDir Path folder) throws Exception {
        var options = new PostgresServer.Options(folder.resolve("data"), 0, false, Map.of(), true);
        PostgresServer first = PostgresServer.start(options);
        assertThatThrownBy(() -> PostgresServer.start(options)).hasMessageContaining("already runs");
        execute(first, "postgres", "CREATE TABLE t (id bigint)", "INSERT INTO t VALUES (3)");
        try (Connection connection = first.dataSource("postgres", "postgres").getConnection()) {
            first.pause();
            assertThat(connection.isValid(1)).isFalse();
            first.resume();
        }
        assertThat(longOf(first, "postgres", "SELECT id FROM t")).isEqualTo(3);

        // Frozen backends outlive their postmaster, and hold its shared memory.
        first.pause();
        ProcessHandle postmaster = ProcessHandle.of(first.pid()).orElseThrow();
        assertThat(postmaster.destroyForcibly()).isTrue();
        Await.until("the postmaster is dead", Duration.ofSeconds(30), () -> !first.isRunning());
        assertThat(ServerProcesses.of(options.dataDirectory()).pids()).isNotEmpty();
        first.restart();
        assertThat(longOf(first, "postgres", "SELECT id FROM t")).isEqualTo(3);

        int port = first.port();
        first.close();
        assertThat(folder.resolve("data.launcher.pid")).doesNotExist();
        try (PostgresServer second = PostgresServer.start(options.withPort(port))) {
            assertThat(second.port()).isEqualTo(port);
            assertThat(longOf(second, "postgres", "SELECT id FROM t")).isEqualTo(3);
        }
        assertThatThrownBy(() -> PostgresServer.start(new PostgresServer.Options(
                        folder.resolve("data"), 0, false, Map.of("shared_buffers", "nonsense"), false)))
                .hasMessageContaining("invalid value for parameter \"shared_buffers\"");
    }

    private static void execute(PostgresServer server, String database, String... statements) throws SQLException {
        try (Connection connection = server.dataSource(database, "postgres").getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static long longOf(PostgresServer server, String database, String sql) throws SQLException {
        try (Connection connection = server.dataSource(database, "postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getLong(1);
        }
    }
}
