package dev.tollgate.testing.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Describes a Java service and starts it as a process of its own, on the Java that runs this JVM. A builder: not for
/// use by several threads.
///
/// Name, main class, class path and log file must be given.
public final class ServiceLauncher {

    /// Everything that [ServiceProcess] needs to start the service, again and again.
    record Description(
            String name,
            List<String> command,
            Map<String, String> environment,
            @Nullable Path workingDirectory,
            Path logFile,
            @Nullable Path pidFile) {}

    private final String name;
    private final List<String> jvmArguments = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private List<Path> classpath = List.of();
    private @Nullable String mainClass;
    private @Nullable Path workingDirectory;
    private @Nullable Path logFile;
    private @Nullable Path pidFile;

    private ServiceLauncher(String name) {
        this.name = name;
    }

    /// @param name the service's name in messages
    public static ServiceLauncher of(String name) {
        return new ServiceLauncher(name);
    }

    public ServiceLauncher mainClass(String className) {
        mainClass = className;
        return this;
    }

    /// See [Classpaths] for where to get it.
    public ServiceLauncher classpath(List<Path> entries) {
        classpath = List.copyOf(entries);
        return this;
    }

    /// Options of the JVM, added to those given before.
    public ServiceLauncher jvmArguments(String... options) {
        jvmArguments.addAll(List.of(options));
        return this;
    }

    /// Options for a JVM that starts quickly and stays small: the heap's bound (as in `-Xmx`, say `128m`), the serial
    /// collector, only the quick compiler, and no warnings about native access.
    public ServiceLauncher smallJvm(String heapMax) {
        return jvmArguments(
                "-Xmx" + heapMax,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-Dfile.encoding=UTF-8",
                "-Duser.timezone=UTC");
    }

    public ServiceLauncher systemProperty(String key, String value) {
        return jvmArguments("-D" + key + "=" + value);
    }

    /// Arguments of the main method, added to those given before.
    public ServiceLauncher arguments(String... values) {
        arguments.addAll(List.of(values));
        return this;
    }

    /// A variable on top of this JVM's environment, which the service inherits.
    public ServiceLauncher environment(String key, String value) {
        environment.put(key, value);
        return this;
    }

    public ServiceLauncher environment(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    public ServiceLauncher workingDirectory(Path folder) {
        workingDirectory = folder;
        return this;
    }

    /// Where standard output and standard error go; each start appends.
    public ServiceLauncher logFile(Path file) {
        logFile = file.toAbsolutePath();
        return this;
    }

    /// Where the running process is written down. A process that the file still names when the service is started is
    /// ended first: its launcher was killed. Without it, nothing is written.
    public ServiceLauncher pidFile(Path file) {
        pidFile = file.toAbsolutePath();
        return this;
    }

    /// Starts the process; returns at once, before the service is ready.
    public ServiceProcess start() {
        if (classpath.isEmpty()) {
            throw new IllegalStateException(name + " needs a class path");
        }
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-classpath", Classpaths.join(classpath)));
        command.add(Objects.requireNonNull(mainClass, () -> name + " needs a main class"));
        command.addAll(arguments);
        return ServiceProcess.start(new Description(
                name,
                List.copyOf(command),
                Map.copyOf(environment),
                workingDirectory,
                Objects.requireNonNull(logFile, () -> name + " needs a log file"),
                pidFile));
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
