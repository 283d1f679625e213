package dev.tollgate.testing.kafka;

import dev.tollgate.testing.process.Classpaths;
import java.nio.file.Path;
import java.util.List;

/// A real Kafka broker (KRaft, broker and controller in one) on 127.0.0.1. Topics are made by whoever needs them,
/// never by their first use.
///
/// Safe for use by several threads.
public sealed interface KafkaServer extends AutoCloseable permits InProcessKafka, KafkaProcess, ContainerKafka {

    /// How to run a broker as a process of its own.
    ///
    /// @param dataDirectory the broker's data; formatted if absent, and kept. Log and pid file stand beside it
    ///     (`<name>.log`, `<name>.pid`).
    /// @param port where clients connect on 127.0.0.1, or 0 for a free one, which then stays for the server's life
    /// @param heapMax the bound of the broker's heap, as in `-Xmx`
    /// @param classpath what [KafkaMain] runs on
    /// @param jvmArguments further options of the JVM
    record Options(Path dataDirectory, int port, String heapMax, List<Path> classpath, List<String> jvmArguments) {

        /// Enough for the topics and traffic of tests and the quickstart.
        public static final String DEFAULT_HEAP_MAX = "256m";

        public Options {
            dataDirectory = dataDirectory.toAbsolutePath().normalize();
            classpath = List.copyOf(classpath);
            jvmArguments = List.copyOf(jvmArguments);
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0..65535, not " + port);
            }
        }

        /// On any free port, with a small heap and this JVM's class path.
        public static Options lasting(Path dataDirectory) {
            return new Options(dataDirectory, 0, DEFAULT_HEAP_MAX, Classpaths.current(), List.of());
        }

        public Options withPort(int newPort) {
            return new Options(dataDirectory, newPort, heapMax, classpath, jvmArguments);
        }

        public Options withClasspath(List<Path> newClasspath) {
            return new Options(dataDirectory, port, heapMax, newClasspath, jvmArguments);
        }
    }

    /// This JVM's broker: started by the first call inside this JVM, gone with it. A container if
    /// `dev.tollgate.testing.TestServers` says so. It is shared by all tests of the JVM, so nobody closes it, and
    /// topics need names of their own.
    static KafkaServer shared() {
        return SharedKafka.get();
    }

    /// Starts a broker as a process of its own and returns once it answers clients. A broker that still runs
    /// on the same data (its launcher was killed) is ended first.
    static KafkaServer startProcess(Options options) {
        return KafkaProcess.start(options);
    }

    String bootstrapServers();

    boolean isRunning();

    /// The broker's process id, which changes with [#restart]; not offered for a shared broker.
    long pid();

    /// Ends the broker as a crash would (`kill -9`), and returns when it is gone; not offered for a shared broker.
    void kill9();

    /// Freezes the broker (SIGSTOP): connections stay open and nothing answers; not offered for a shared broker.
    void pause();

    /// Lets a paused broker run on; not offered for a shared broker.
    void resume();

    /// Starts the broker again on the same data and port, and returns once it answers clients; kills it first if it
    /// still runs. Not offered for a shared broker.
    void restart();

    /// The last lines of the broker's log; not offered for a shared broker, which logs as this JVM does.
    String logTail(int lines);

    /// A clean shutdown. Closing twice does nothing more.
    @Override
    void close();
}
