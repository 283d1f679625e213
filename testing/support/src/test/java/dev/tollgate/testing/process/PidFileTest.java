package dev.tollgate.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

    private static final Duration GRACE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void endsTheProcessThatTheFileNames() throws Exception {
        Process process = sleeper();
        Path file = folder.resolve("sleeper.pid");
        PidFile.of(process.toHandle()).write(file);
        Signals.send(Signals.Signal.STOP, process.pid());
        assertThat(PidFile.read(file).orElseThrow().running()).isPresent();
        assertThat(PidFile.endLeftOver(file, GRACE)).isTrue();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(file).doesNotExist();
        assertThat(PidFile.endLeftOver(file, GRACE)).isFalse();
    }

    @Test
    void neverEndsAProcessThatOnlyHasThePid() throws Exception {
        Process foreign = sleeper();
        try {
            PidFile same = PidFile.of(foreign.toHandle());
            Path file = folder.resolve("sleeper.pid");
            new PidFile(same.pid(), same.startedAt().minusSeconds(60), same.executable()).write(file);
            assertThat(PidFile.endLeftOver(file, GRACE)).isFalse();
            new PidFile(same.pid(), same.startedAt(), Path.of("/bin/true")).write(file);
            assertThat(PidFile.endLeftOver(file, GRACE)).isFalse();
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void refusesAFileThatIsNoPidFile() throws IOException {
        Path file = Files.writeString(folder.resolve("other"), "something else\n");
        assertThatThrownBy(() -> PidFile.read(file)).hasMessageContaining("is no pid file");
        assertThat(PidFile.ofThisProcess().running()).hasValue(ProcessHandle.current());
    }

    private static Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "60").start();
    }
}
