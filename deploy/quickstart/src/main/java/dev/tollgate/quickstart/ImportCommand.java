package dev.tollgate.quickstart;

import dev.tollgate.quickstart.importing.LogImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/// `./tollgate import FILE`: through a running stack, or one of its own for as long as it takes.
public final class ImportCommand {

    private static final EnumSet<Service> NEEDED = EnumSet.of(Service.INGEST, Service.AGGREGATOR, Service.BILLING);

    private ImportCommand() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        Path root = Path.of(System.getProperty("tollgate.root", "."));
        Path workingDirectory = Path.of(System.getProperty("tollgate.working-directory", "."));
        Path state = StateFolder.of(root);
        try {
            Request request = Request.parse(arguments, workingDirectory);
            Optional<RunningFile> running = RunningFile.find(state);
            if (running.isPresent()) {
                return through(running.get(), root, state, request);
            }
            return throughOwn(root, state, request);
        } catch (UpOptions.UsageException wrong) {
            System.err.println("tollgate import: " + wrong.getMessage());
            return 2;
        } catch (RuntimeException | IOException failed) {
            System.err.println("tollgate import: " + failed.getMessage());
            return 1;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    /// What was asked for.
    ///
    /// @param options passed on to the importer
    record Request(Path file, List<String> options) {
        static Request parse(String[] arguments, Path workingDirectory) {
            List<String> options = new ArrayList<>();
            Path file = null;
            for (int i = 0; i < arguments.length; i++) {
                String argument = arguments[i];
                if (argument.equals("--tenant") || argument.equals("--plan")) {
                    if (++i == arguments.length) {
                        throw new UpOptions.UsageException(argument + " needs a value");
                    }
                    options.add(argument);
                    options.add(arguments[i]);
                } else if (argument.startsWith("--")) {
                    throw new UpOptions.UsageException("unknown option " + argument);
                } else if (file == null) {
                    file = workingDirectory.resolve(argument).toAbsolutePath().normalize();
                } else {
                    throw new UpOptions.UsageException("one file at a time, not also " + argument);
                }
            }
            if (file == null) {
                throw new UpOptions.UsageException("which file?");
            }
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new UpOptions.UsageException("cannot read " + file);
            }
            return new Request(file, List.copyOf(options));
        }
    }

    private static int through(RunningFile running, Path root, Path state, Request request)
            throws IOException, InterruptedException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(running.databaseUrl());
        database.setUser("postgres");
        return new LogImport(
                        root, running.ports(), running.databaseUrl(), database, Secrets.in(state), Clock.systemUTC())
                .run(request.file(), request.options());
    }

    private static int throughOwn(Path root, Path state, Request request) throws IOException, InterruptedException {
        Progress progress = new Progress(System.err);
        try (StateLock lock = StateLock.take(state).orElse(null)) {
            if (lock == null) {
                throw new IllegalStateException("another command is starting or stopping on " + state + "; try again");
            }
            System.err.println("Tollgate does not run: starting what the import needs. State and logs: " + state);
            StackOptions options = StackOptions.everything(root, state).withServices(NEEDED);
            try (Stack stack = Stack.startServers(options, progress)) {
                stack.startServices(progress);
                return new LogImport(
                                root,
                                options.ports(),
                                stack.databaseUrl(),
                                stack.database(),
                                stack.secrets(),
                                Clock.systemUTC())
                        .run(request.file(), request.options());
            }
        }
    }
}
