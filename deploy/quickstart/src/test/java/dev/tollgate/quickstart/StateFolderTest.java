package dev.tollgate.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir
    private Path folder;

    @Test
    void isHeldByOneCommandAtATime() {
        Path state = folder.resolve("state");
        try (StateLock first = StateLock.take(state).orElseThrow()) {
            assertThat(first).isNotNull();
            assertThat(StateLock.take(state)).isEmpty();
        }
        try (StateLock next = StateLock.take(state).orElseThrow()) {
            assertThat(next).isNotNull();
        }
    }

    @Test
    void isNeverAFolderOfSomebodyElse() throws IOException {
        Path diary = Files.writeString(folder.resolve("diary.txt"), "dear diary");
        assertThatThrownBy(() -> StateLock.take(folder)).hasMessageContaining("no state folder");
        assertThatThrownBy(() -> StateFolder.clear(folder)).hasMessageContaining("no state folder");
        assertThat(diary).exists();
    }

    @Test
    void isEmptyButHeldOnceCleared() throws IOException {
        Path state = folder.resolve("state");
        try (StateLock lock = StateLock.take(state).orElseThrow()) {
            Files.createDirectories(state.resolve("postgres/base"));
            Files.writeString(state.resolve("postgres/base/1"), "data");
            StateFolder.clear(state);
            try (Stream<Path> left = Files.list(state)) {
                assertThat(left).containsExactly(state.resolve(StateLock.FILE));
            }
            assertThat(StateLock.take(state)).as("%s holds it", lock).isEmpty();
        }
    }

    @Test
    void keepsSecretsForItsOwnerOnly() throws IOException {
        Path state = Files.createDirectory(folder.resolve("state"));
        String key = Secrets.in(state).apiKey("acme");
        assertThat(Secrets.in(state).apiKey("acme")).isEqualTo(key);
        assertThat(Secrets.in(state).apiKey("birch")).isNotEqualTo(key);
        assertThat(Files.getPosixFilePermissions(state.resolve("secrets.properties")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }
}
