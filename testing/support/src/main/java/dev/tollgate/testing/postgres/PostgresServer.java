package dev.tollgate.testing.postgres;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.ds.PGSimpleDataSource;

/// A real PostgreSQL 18 on 127.0.0.1. Every role may log in without a password.
///
/// Safe for use by several threads.
public sealed interface PostgresServer extends AutoCloseable permits LocalPostgres, ContainerPostgres {

    /// How to run a server of one's own.
    ///
    /// @param dataDirectory the cluster's data; initialised if absent. The log stands beside it (`<name>.log`).
    /// @param port the port on 127.0.0.1, or 0 for a free one, which then stays for the server's life
    /// @param fsync whether commits reach the disk; without it data still survives the server's death, but not the
    ///     machine's
    /// @param settings further server settings, by name; they win over the defaults
    /// @param keepData whether [#close] leaves the data in place
    record Options(Path dataDirectory, int port, boolean fsync, Map<String, String> settings, boolean keepData) {
        public Options {
            dataDirectory = dataDirectory.toAbsolutePath().normalize();
            settings = Map.copyOf(settings);
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0..65535, not " + port);
            }
        }

        /// Data that lasts, on any free port.
        public static Options lasting(Path dataDirectory) {
            return new Options(dataDirectory, 0, true, Map.of(), true);
        }

        public Options withPort(int newPort) {
            return new Options(dataDirectory, newPort, fsync, settings, keepData);
        }
    }

    /// This JVM's server: started by the first call, stopped when the JVM ends, its data thrown away. A container
    /// if [TestServers] says so. It is shared by all tests of the JVM, so nobody closes, kills or pauses it.
    static PostgresServer shared() {
        return SharedPostgres.get();
    }

    /// Starts an embedded server and returns once it accepts connections. On the data of an earlier server whose
    /// launcher has died, whatever is left of that server is ended first; data in use by a launcher that lives is
    /// refused.
    static PostgresServer start(Options options) {
        return LocalPostgres.start(options);
    }

    int port();

    /// The host on which the port is; 127.0.0.1 unless Docker runs elsewhere.
    String host();

    /// The postmaster's process id; it changes with [#restart].
    long pid();

    /// Ends the postmaster and all its backends as a crash would (`kill -9`), and returns when they are gone.
    void kill9();

    /// Freezes the postmaster and all its backends (SIGSTOP): connections stay open and nothing answers.
    void pause();

    /// Lets a paused server run on.
    void resume();

    /// Starts the server again on the same data and port; ends it first if it still runs.
    void restart();

    boolean isRunning();

    /// The last lines of the server's log.
    String logTail(int lines);

    /// A clean, fast shutdown. Closing twice does nothing more.
    @Override
    void close();

    /// The role that may do everything.
    default String superuser() {
        return "postgres";
    }

    /// The JDBC URL of a database, without a user.
    default String url(String database) {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
    }

    /// Creates an empty database with a name of its own, and returns the name.
    default String createDatabase() {
        return createDatabaseFrom("template0");
    }

    /// Creates a copy of another database, to which nobody may be connected; quicker than migrating anew.
    default String createDatabaseFrom(String template) {
        byte[] random = new byte[8];
        ThreadLocalRandom.current().nextBytes(random);
        String name = "test_" + HexFormat.of().formatHex(random);
        try (Connection connection = dataSource("postgres", superuser()).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException failed) {
            throw new IllegalStateException("could not create a database from " + template, failed);
        }
        return name;
    }

    /// A plain, unpooled source of connections.
    default PGSimpleDataSource dataSource(String database, String user) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host()});
        source.setPortNumbers(new int[] {port()});
        source.setDatabaseName(database);
        source.setUser(user);
        return source;
    }
}
