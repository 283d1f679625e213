package dev.tollgate.gateway.proxy.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.RouteTable;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesFileTest {

    private static final Duration IN_FORCE = Duration.ofSeconds(2);

    private final Path file;

    RoutesFileTest(@TempDir Path folder) {
        file = folder.resolve("routes");
    }

    /// A route table that is only a list of names.
    private static RouteTable names(byte[] content) {
        List<Route> routes = new String(content, StandardCharsets.UTF_8)
                .lines()
                .map(name ->
                        new Route(name, "/" + name, URI.create("http://127.0.0.1:1"), 1, EventType.API_REQUEST, "", ""))
                .toList();
        return new RouteTable(routes);
    }

    @Test
    void changedContentIsInForceSoonAndBadContentChangesNothing() throws IOException {
        Files.writeString(file, "one");
        try (RoutesFile routes = RoutesFile.open(file, RoutesFileTest::names)) {
            assertThat(routes.find("/one/x")).isPresent();

            Files.writeString(file, "one\ntwo");
            Await.until(
                    "the second route is there",
                    IN_FORCE,
                    () -> routes.find("/two").isPresent());

            Files.writeString(file, "one\none");
            Await.until("the bad table is told", IN_FORCE, () -> routes.fault().contains("shares its name"));
            assertThat(routes.find("/two")).isPresent();

            Files.delete(file);
            Await.until("the lost file is told", IN_FORCE, () -> routes.fault().contains("cannot be read"));
            assertThat(routes.find("/two")).isPresent();

            Files.writeString(file, "three");
            Await.until(
                    "the third route is there",
                    IN_FORCE,
                    () -> routes.find("/three").isPresent());
            assertThat(routes.find("/two")).isEmpty();
            Await.until(
                    "nothing is wrong any more", IN_FORCE, () -> routes.fault().isEmpty());
        }
    }

    @Test
    void aFileThatIsBadAtTheStartIsRefused() throws IOException {
        assertThatThrownBy(() -> RoutesFile.open(file, RoutesFileTest::names))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString());
        Files.writeString(file, "one\none");
        assertThatThrownBy(() -> RoutesFile.open(file, RoutesFileTest::names))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
