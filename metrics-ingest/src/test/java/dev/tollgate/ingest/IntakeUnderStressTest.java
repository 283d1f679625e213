package dev.tollgate.ingest;

import static dev.tollgate.ingest.testing.CloudEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.testing.IngestHarness;
import dev.tollgate.ingest.testing.IntakeClient;
import dev.tollgate.ingest.testing.IntakeClient.Answer;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.postgres.PostgresServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The intake when its callers are slow or its database is away: it answers, and goes on afterwards.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntakeUnderStressTest {

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String WRITE = "events:write";

    private final IngestHarness harness = new IngestHarness();
    private final IntakeClient client = new IntakeClient(harness);
    private final String now = Instant.now().toString();

    @AfterAll
    void stop() {
        harness.close();
    }

    @Test
    void slowBodiesEndAndHoldNobodyUpForLong() throws IOException {
        String key = client.tenantKey("slow", WRITE);
        assertThat(client.events(key, STRUCTURED, event("first", now)).status()).isEqualTo(202);
        List<Socket> slow = new ArrayList<>();
        try {
            Await.until("every place taken", IngestHarness.DEADLINE, () -> {
                slow.add(halfARequest(key));
                Answer busy = client.events(key, STRUCTURED, event("busy", now));
                return busy.status() == 503
                        && busy.raw().headers().firstValue("retry-after").isPresent();
            });
            List<String> answers = new ArrayList<>();
            for (Socket socket : slow) {
                answers.add(answerOf(socket));
            }
            assertThat(answers)
                    .anyMatch(answer -> answer.startsWith("HTTP/1.1 408") && answer.contains("request-timeout"));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        Await.until(
                "a free place",
                IngestHarness.DEADLINE,
                () -> client.events(key, STRUCTURED, event("after", now)).status() < 300);
    }

    @Test
    void withoutTheDatabaseItAsksToComeAgain() throws SQLException {
        String key = client.tenantKey("away", WRITE);
        String name = harness.database().name();
        allowConnections(name, false);
        try {
            Answer answer = client.events(key, STRUCTURED, event("a", now));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.raw().headers().firstValue("retry-after")).isPresent();
        } finally {
            allowConnections(name, true);
        }
        Await.until(
                "the database's return",
                IngestHarness.DEADLINE,
                () -> client.events(key, STRUCTURED, event("a", now)).status() < 300);
        harness.await("the row", 1, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = 'away'");
    }

    private Socket halfARequest(String key) throws IOException {
        Socket socket = new Socket("127.0.0.1", harness.port());
        socket.getOutputStream()
                .write(("POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\nContent-Type: "
                                + STRUCTURED + "\r\nContent-Length: 900\r\nConnection: close\r\n\r\n{")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    /// What the server says before it closes the connection; nothing where it resets it because a body is outstanding.
    private static String answerOf(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException reset) {
            return "";
        }
    }

    private static void allowConnections(String database, boolean allowed) throws SQLException {
        PostgresServer server = PostgresServer.shared();
        try (Connection connection =
                        server.dataSource("postgres", server.superuser()).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE \"" + database + "\" ALLOW_CONNECTIONS " + allowed);
            if (!allowed) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
            }
        }
    }
}
