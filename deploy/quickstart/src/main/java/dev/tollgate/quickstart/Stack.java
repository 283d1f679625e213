package dev.tollgate.quickstart;

import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.schema.database.ProvisionTopics;
import dev.tollgate.testing.kafka.KafkaServer;
import dev.tollgate.testing.postgres.PostgresServer;
import dev.tollgate.testing.process.Classpaths;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/// PostgreSQL, Kafka and the services of Tollgate on this machine, each a process of its own.
///
/// One thread starts and closes it; the processes may be hurt and restarted from any.
public final class Stack implements AutoCloseable {

    private static final String DATABASE = "tollgate";
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);
    private static final int TAIL_LINES = 10;
    /// Traffic first, so that what it recorded can still be published and stored.
    private static final List<Service> STOP_ORDER =
            List.of(Service.GATEWAY, Service.CONSOLE, Service.INGEST, Service.AGGREGATOR, Service.BILLING);

    private final StackOptions options;
    private final Secrets secrets;
    private final PostgresServer postgres;
    private final KafkaServer kafka;
    private final Map<Service, ServiceProcess> services = new EnumMap<>(Service.class);

    private Stack(StackOptions options, Secrets secrets, PostgresServer postgres, KafkaServer kafka) {
        this.options = options;
        this.secrets = secrets;
        this.postgres = postgres;
        this.kafka = kafka;
    }

    /// Starts the servers, migrates, provisions topics; the services start with [#startServices].
    public static Stack startServers(StackOptions options, Progress progress) {
        createPrivately(options.state());
        progress.say("starting PostgreSQL and Kafka");
        CompletableFuture<KafkaServer> broker = CompletableFuture.supplyAsync(() -> KafkaServer.startProcess(
                KafkaServer.Options.lasting(options.state().resolve("kafka"))
                        .withPort(options.ports().kafka())));
        PostgresServer postgres = startPostgres(options);
        KafkaServer kafka;
        try {
            kafka = broker.join();
        } catch (RuntimeException failed) {
            postgres.close();
            throw failed;
        }
        Stack stack = new Stack(options, Secrets.in(options.state()), postgres, kafka);
        try {
            progress.say("migrating the database, provisioning topics");
            stack.prepare();
        } catch (RuntimeException failed) {
            stack.close();
            throw failed;
        }
        return stack;
    }

    /// Starts the services and waits until each says that it is ready.
    public void startServices(Progress progress) {
        progress.say("starting " + String.join(", ", names(options.services())));
        for (Service service : options.services()) {
            services.put(
                    service,
                    launcher(service, service.module(), options.ports()).start());
        }
        for (Service service : options.services()) {
            awaitReady(service);
            progress.say(service.module() + " is ready");
        }
    }

    /// Waits until a service of this stack answers that it is ready.
    public void awaitReady(Service service) {
        service(service).awaitReady(health(options.ports(), service), READY_WITHIN);
    }

    /// Starts again the servers and services that have died, and says so with the end of their log; returns how many.
    public int revive(Progress progress) {
        int revived = 0;
        if (!postgres.isRunning()) {
            progress.say("PostgreSQL has died and is started again:\n" + postgres.logTail(TAIL_LINES));
            postgres.restart();
            revived++;
        }
        if (!kafka.isRunning()) {
            progress.say("Kafka has died and is started again:\n" + kafka.logTail(TAIL_LINES));
            kafka.restart();
            revived++;
        }
        for (ServiceProcess process : services.values()) {
            if (!process.isAlive()) {
                progress.say(process.name() + " has died and is started again:\n" + process.logTail(TAIL_LINES));
                process.restart();
                revived++;
            }
        }
        return revived;
    }

    /// How a further instance of a service would be started, with ports, journal and log of its own.
    ///
    /// @param name the instance's name: its log, its folder in the state
    public ServiceLauncher launcher(Service service, String name, StackPorts ports) {
        ServiceEnvironment environment =
                new ServiceEnvironment(ports, databaseUrl(), kafka.bootstrapServers(), options.state(), name);
        return ServiceLauncher.of(name)
                .mainClass(service.mainClass())
                .classpath(Classpaths.ofModule(options.root().resolve(service.module())))
                .smallJvm(service.heapMb() + "m")
                .environment(environment.of(service))
                .environment(contextKey(service))
                .environment(options.environment().getOrDefault(service, Map.of()))
                .workingDirectory(options.state())
                .logFile(options.state().resolve("logs").resolve(name + ".log"))
                .pidFile(options.state().resolve("pids").resolve(name + ".pid"));
    }

    /// What signs tenant contexts, for the service that answers tenants from the database.
    private Map<String, String> contextKey(Service service) {
        return service == Service.AGGREGATOR
                ? Map.of(
                        "TOLLGATE_AGGREGATOR_QUERY_TENANT_CONTEXT_KEY",
                        HexFormat.of().formatHex(secrets.tenantContextKey()))
                : Map.of();
    }

    /// The readiness address of a service at its ports.
    public static URI health(StackPorts ports, Service service) {
        return URI.create("http://127.0.0.1:" + ports.health(service) + "/actuator/health/readiness");
    }

    public ServiceProcess service(Service service) {
        ServiceProcess process = services.get(service);
        if (process == null) {
            throw new IllegalStateException(service.module() + " was not started");
        }
        return process;
    }

    public StackOptions options() {
        return options;
    }

    public Secrets secrets() {
        return secrets;
    }

    public PostgresServer postgres() {
        return postgres;
    }

    public KafkaServer kafka() {
        return kafka;
    }

    public String databaseUrl() {
        return postgres.url(DATABASE);
    }

    /// The database as its superuser, who sees every tenant.
    public DataSource database() {
        return postgres.dataSource(DATABASE, postgres.superuser());
    }

    /// Stops everything in order; what does not stop in time is killed, and the state survives that too.
    @Override
    public void close() {
        for (Service service : STOP_ORDER) {
            ServiceProcess process = services.remove(service);
            if (process != null) {
                stop(process);
            }
        }
        kafka.close();
        postgres.close();
    }

    private static void stop(ServiceProcess process) {
        try {
            if (process.isAlive()) {
                process.terminate(STOPPED_WITHIN);
            }
        } catch (RuntimeException tooSlow) {
            System.err.println("  " + process.name() + " did not stop in time and is killed");
        } finally {
            process.close();
        }
    }

    private static PostgresServer startPostgres(StackOptions options) {
        return PostgresServer.start(new PostgresServer.Options(
                options.state().resolve("postgres"), options.ports().postgres(), options.durable(), Map.of(), true));
    }

    private void prepare() {
        createDatabase();
        Migrate.migrate(MigrateOptions.of(databaseUrl(), postgres.superuser())
                .withTenantContextKey(secrets.tenantContextKey()));
        ProvisionTopics.provision(kafka.bootstrapServers(), Map.of(), (short) 1);
        new Seed(database(), secrets).operatorKey("operator");
    }

    private void createDatabase() {
        try (Connection connection =
                        postgres.dataSource("postgres", postgres.superuser()).getConnection();
                Statement statement = connection.createStatement()) {
            boolean exists;
            try (var found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                exists = found.next();
            }
            if (!exists) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot create the database " + DATABASE, failed);
        }
    }

    private static void createPrivately(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.createDirectories(folder.resolve("pids"));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot create " + folder, failed);
        }
    }

    private static List<String> names(Set<Service> services) {
        return services.stream().sorted().map(Service::module).toList();
    }
}
