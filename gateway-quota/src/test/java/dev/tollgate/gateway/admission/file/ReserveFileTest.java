package dev.tollgate.gateway.admission.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.ReserveStore.Content;
import dev.tollgate.gateway.admission.ReserveStore.Row;
import dev.tollgate.gateway.admission.UsageBooking;
import dev.tollgate.gateway.admission.UsageBooking.Use;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReserveFileTest {

    private static final Content CONTENT = new Content(
            3,
            List.of(
                    new Row("acme", "", "gateway-1:7", 20, 21, 1_800_000_000_000L, List.of()),
                    new Row(
                            "acme",
                            "search",
                            "",
                            0,
                            0,
                            0,
                            List.of(new Use(1_700_000_000L, 5), new Use(1_700_000_001L, 1))),
                    new Row("b.c_d-e", UsageBooking.DB_QUERIES, "", 0, 0, 0, List.of(new Use(1_700_000_000L, 9)))));

    @TempDir
    private Path parent;

    @Test
    void whatWasWrittenIsTakenOnce() throws Exception {
        Path folder = parent.resolve("made");
        assertThat(new ReserveFile(folder).take()).isEqualTo(Content.NONE);
        new ReserveFile(folder).write(CONTENT);

        assertThat(new ReserveFile(folder).take()).isEqualTo(CONTENT);

        assertThat(new ReserveFile(folder).take()).isEqualTo(Content.NONE);
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aWriteReplacesTheFormerOne() {
        ReserveFile file = new ReserveFile(parent);
        file.take();
        file.write(CONTENT);
        file.write(new Content(2, List.of()));

        assertThat(file.take()).isEqualTo(new Content(2, List.of()));
    }

    @Test
    void noDamagedFileIsBelieved() throws Exception {
        ReserveFile file = new ReserveFile(parent);
        Path path = parent.resolve(ReserveFile.NAME);
        file.take();
        file.write(CONTENT);
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertThat(file.take()).as("cut to %d bytes", length).isEqualTo(Content.NONE);
        }
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(path, flipped);
            assertThat(file.take()).as("byte %d flipped", at).isEqualTo(Content.NONE);
        }
    }
}
