package dev.tollgate.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.net.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final int port = Ports.free();
    private final URI health = URI.create("http://127.0.0.1:" + port + "/health");

    @TempDir
    Path folder;

    @Test
    void pausesResumesKillsRestartsAndTerminatesAService() throws Exception {
        try (ServiceProcess service = sample().start();
                HttpClient client = HttpClient.newHttpClient()) {
            service.awaitReady(health, SOON);
            long pid = service.pid();
            assertThat(PidFile.read(folder.resolve("sample.pid")).orElseThrow().pid())
                    .isEqualTo(pid);

            service.pause();
            HttpRequest impatient = HttpRequest.newBuilder(health)
                    .timeout(Duration.ofMillis(200))
                    .build();
            assertThatThrownBy(() -> client.send(impatient, BodyHandlers.discarding()))
                    .isInstanceOf(HttpTimeoutException.class);
            service.resume();
            service.awaitReady(health, SOON);

            service.kill9();
            assertThat(service.isAlive()).isFalse();
            assertThat(service.awaitExit(SOON)).isEqualTo(137);
            service.restart();
            service.awaitReady(health, SOON);
            assertThat(service.pid()).isNotEqualTo(pid);

            assertThat(service.terminate(SOON)).isEqualTo(7);
            assertThat(service.logTail(10)).contains("started with a,b").endsWith("asked to end");
            assertThat(folder.resolve("sample.pid")).doesNotExist();
        }
    }

    @Test
    void saysWhatAServiceLoggedThatDidNotStart() {
        try (ServiceProcess service =
                sample().systemProperty("sample.fails", "true").start()) {
            assertThatThrownBy(() -> service.awaitReady(health, SOON))
                    .isInstanceOf(AwaitFailed.class)
                    .hasMessageContaining("ended with 3")
                    .hasMessageContaining("the sample's setting is missing");
        }
    }

    @Test
    void throwsIfAServiceDoesNotEndInTime() {
        try (ServiceProcess service = sample().start()) {
            service.awaitReady(health, SOON);
            service.pause();
            assertThatThrownBy(() -> service.terminate(Duration.ofMillis(100))).hasMessageContaining("still runs");
            assertThat(service.isAlive()).isTrue();
        }
    }

    @Test
    void endsWhatAKilledLauncherLeftOver() {
        ServiceProcess leftOver = sample().start();
        leftOver.awaitReady(health, SOON);
        try (ServiceProcess next = sample().start()) {
            assertThat(leftOver.isAlive()).isFalse();
            next.awaitReady(health, SOON);
        } finally {
            leftOver.close();
        }
    }

    @Test
    void namesTheBuildCommandOfAnUnbuiltModule() throws IOException {
        Files.createFile(folder.resolve("mvnw"));
        Path module = folder.resolve("some/module");
        Files.createDirectories(module.resolve("target"));
        assertThatThrownBy(() -> Classpaths.ofModule(module))
                .hasMessageContaining("./mvnw -pl some/module -am package -DskipTests");
        Files.writeString(module.resolve("target/classpath.txt"), "/a.jar:/b.jar\n");
        Files.createDirectory(module.resolve("target/classes"));
        assertThat(Classpaths.ofModule(module))
                .containsExactly(module.resolve("target/classes"), Path.of("/a.jar"), Path.of("/b.jar"));
    }

    private ServiceLauncher sample() {
        return ServiceLauncher.of("sample")
                .mainClass(SampleService.class.getName())
                .classpath(Classpaths.current())
                .smallJvm("32m")
                .arguments("a", "b")
                .environment("SAMPLE_PORT", Integer.toString(port))
                .logFile(folder.resolve("sample.log"))
                .pidFile(folder.resolve("sample.pid"));
    }
}
