package dev.tollgate.testing.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How to run PostgreSQL, which refuses to run as root, when this JVM does. An ordinary user needs nothing. Root
/// takes the first way that this machine allows: a user namespace of its own, in which root is nobody (the files stay
/// root's); or a real switch to the user nobody, to whom the data directory is then given (containers that forbid
/// namespaces).
enum Unprivileged {
    ORDINARY_USER("", List.of()),
    USER_NAMESPACE("root", List.of("unshare", "--user")),
    SETPRIV("65534", List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")),
    RUNUSER("nobody", List.of("runuser", "-u", "nobody", "--"));

    private static final long PROBE_MAX_SECONDS = 60;

    /// Whom the data must belong to; empty means that whoever made it will do.
    private final String owner;

    @SuppressWarnings("ImmutableEnumChecker") // the lists above are immutable
    private final List<String> prefix;

    Unprivileged(String owner, List<String> prefix) {
        this.owner = owner;
        this.prefix = prefix;
    }

    private static @Nullable Unprivileged chosen;

    /// The way to go on this machine.
    static synchronized Unprivileged find() {
        if (chosen == null) {
            chosen = choose();
        }
        return chosen;
    }

    private static Unprivileged choose() {
        if (!output(List.of("id", "-u")).strip().equals("0")) {
            return ORDINARY_USER;
        }
        for (Unprivileged way : List.of(USER_NAMESPACE, SETPRIV, RUNUSER)) {
            String uid = output(way.command(List.of("id", "-u"))).strip();
            if (!uid.isEmpty() && !uid.equals("0")) {
                return way;
            }
        }
        throw new IllegalStateException("PostgreSQL does not run as root, and none of unshare --user, setpriv and"
                + " runuser works here: run as an ordinary user, or install util-linux");
    }

    /// What stands before a command to run it this way.
    List<String> prefix() {
        return prefix;
    }

    /// The command as it is to be started.
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /// Gives a data directory and its files to the user that will run the server on it, and checks that the user can
    /// reach it and the server's programs.
    void own(Path directory, Path program) {
        try {
            if (!owner.isEmpty()) {
                UserPrincipal user = directory
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(owner);
                if (!Files.getOwner(directory).equals(user)) {
                    give(directory, user);
                }
                openTemporaryFoldersAbove(directory);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("could not give " + directory + " to the server's user", failed);
        }
        if (!succeeds(command(List.of("test", "-w", directory.toString(), "-a", "-x", program.toString())))) {
            throw new IllegalStateException("PostgreSQL would run by way of " + this + ", and so can not reach "
                    + directory + " or " + program + ": a folder above is closed to others; use another data"
                    + " directory or java.io.tmpdir");
        }
    }

    /// Temporary folders are closed to others; the server's user must be able to go through. Folders elsewhere are the
    /// machine owner's business.
    private void openTemporaryFoldersAbove(Path directory) throws IOException {
        if (this == USER_NAMESPACE) {
            return;
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
        Path folder = directory.toRealPath().getParent();
        while (folder != null && folder.startsWith(temporary) && !folder.equals(temporary)) {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(folder, permissions);
            }
            folder = folder.getParent();
        }
    }

    private static void give(Path directory, UserPrincipal owner) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                if (!Files.isSymbolicLink(path)) {
                    Files.setOwner(path, owner);
                }
            }
        }
    }

    private static boolean succeeds(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return endsInTime(process) && process.exitValue() == 0;
        } catch (IOException notHere) {
            return false;
        }
    }

    private static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return endsInTime(process) && process.exitValue() == 0
                    ? new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    : "";
        } catch (IOException notHere) {
            return "";
        }
    }

    private static boolean endsInTime(Process process) {
        try {
            if (process.waitFor(PROBE_MAX_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
            process.destroyForcibly();
            return false;
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while trying how to run PostgreSQL", interrupted);
        }
    }
}
