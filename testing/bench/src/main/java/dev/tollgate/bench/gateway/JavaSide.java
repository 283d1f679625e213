package dev.tollgate.bench.gateway;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How Java processes are started that are measured: all alike.
final class JavaSide {

    /// The same heap and collector for all; the compilers are the JVM's choice.
    static final List<String> JVM_OPTIONS =
            List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private JavaSide() {}

    static PinnedProcess start(
            String cores,
            List<String> jvmOptions,
            List<Path> classpath,
            List<String> mainAndArguments,
            Map<String, String> environment,
            Path log) {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(jvmOptions);
        command.add("-classpath");
        command.add(String.join(
                File.pathSeparator, classpath.stream().map(Path::toString).toList()));
        command.addAll(mainAndArguments);
        return PinnedProcess.start(cores, command, environment, log);
    }

    /// The command for people, without the long class path.
    static String shown(PinnedProcess process, Map<String, String> environment) {
        List<String> shown = new ArrayList<>();
        environment.forEach((name, value) -> shown.add(name + "=" + value));
        List<String> command = process.command();
        for (int i = 0; i < command.size(); i++) {
            boolean isClasspath = i > 0 && command.get(i - 1).equals("-classpath");
            shown.add(isClasspath ? "…" : command.get(i));
        }
        return String.join(" ", shown);
    }

    static String version() {
        return "Java " + Runtime.version();
    }
}
