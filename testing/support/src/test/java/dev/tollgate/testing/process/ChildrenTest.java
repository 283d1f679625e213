package dev.tollgate.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void dieWithALauncherThatIsKilled(@TempDir Path folder) throws IOException {
        Path pidFile = folder.resolve("child.pid");
        ServiceProcess launcher = ServiceLauncher.of("launcher")
                .mainClass(Launcher.class.getName())
                .classpath(Classpaths.current())
                .smallJvm("32m")
                .arguments(pidFile.toString())
                .logFile(folder.resolve("launcher.log"))
                .start();
        try (launcher) {
            launcher.awaitWhileAlive("starts a child", SOON, () -> Files.exists(pidFile));
            PidFile child = PidFile.read(pidFile).orElseThrow();
            assertThat(child.running()).isPresent();
            launcher.kill9();
            Await.until("the child is dead", SOON, () -> child.running().isEmpty());
        } finally {
            PidFile.endLeftOver(pidFile, Duration.ZERO);
        }
    }

    @Test
    void actionsAtExitRunNewestFirst(@TempDir Path folder) {
        try (ServiceProcess process = ServiceLauncher.of("exiting")
                .mainClass(Exiting.class.getName())
                .classpath(Classpaths.current())
                .smallJvm("32m")
                .logFile(folder.resolve("exiting.log"))
                .start()) {
            assertThat(process.awaitExit(SOON)).isZero();
            assertThat(process.logTail(10))
                    .isEqualTo("third\nat exit, second: java.lang.IllegalStateException: broken\nfirst");
        }
    }

    static final class Launcher {
        private Launcher() {}

        public static void main(String[] arguments) throws Exception {
            // From a thread that ends at once, which must not matter.
            List<Process> started = new ArrayList<>();
            Thread starter = new Thread(() -> {
                try {
                    started.add(Children.start(new ProcessBuilder("sleep", "300"), Signals.Signal.KILL));
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            starter.start();
            starter.join();
            Process child = started.getFirst();
            Await.until(
                    "it has become what it is to be",
                    SOON,
                    () -> child.info().command().orElse("").endsWith("sleep"));
            PidFile.of(child.toHandle()).write(Path.of(arguments[0]));
            child.waitFor();
        }
    }

    static final class Exiting {
        private Exiting() {}

        public static void main(String[] arguments) {
            ExitActions.register("first", () -> System.out.println("first"));
            ExitActions.register("second", () -> {
                throw new IllegalStateException("broken");
            });
            ExitActions.Registration cancelled = ExitActions.register("cancelled", () -> System.out.println("never"));
            ExitActions.register("third", () -> System.out.println("third"));
            cancelled.cancel();
        }
    }
}
