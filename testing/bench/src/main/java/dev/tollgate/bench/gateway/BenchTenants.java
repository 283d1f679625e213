package dev.tollgate.bench.gateway;

import dev.tollgate.schema.access.key.ApiKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/// Tenants `bench-0000001`, … with one key each and the same limit, as requests a second, in every window. Keys are
/// made from the number, so that files and database agree without being read back.
public final class BenchTenants {

    /// A limit that no run of the gateway's benchmarks reaches.
    private static final int PER_SECOND = 1_000;

    private static final String TENANTS = """
            INSERT INTO tenants (tenant_id, display_name, created_by)
            SELECT 'bench-' || lpad(i::text, 7, '0'), 'Bench ' || i, 'bench' FROM generate_series(?::int, ?::int) i""";

    private static final String QUOTAS = """
            INSERT INTO tenant_quotas (tenant_id, tier, requests_per_minute, requests_per_hour, requests_per_day,
                requests_per_month, valid_period, created_by)
            SELECT 'bench-' || lpad(i::text, 7, '0'), 'custom', 60 * s, 3600 * s, 86400 * s, 2592000 * s,
                tstzrange(now() - interval '1 minute', NULL, '[)'), 'bench'
            FROM generate_series(?::int, ?::int) i, (SELECT ?::bigint AS s) per_second""";

    private static final String KEYS = """
            INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by)
            SELECT 'bench' || lpad(i::text, 7, '0'), 'bench-' || lpad(i::text, 7, '0'), '{traffic}',
                sha256(convert_to('benchsecret' || lpad(i::text, 21, '0'), 'UTF8')), 'bench'
            FROM generate_series(?::int, ?::int) i""";

    private BenchTenants() {}

    /// Registers the tenants with the numbers `from` to `to`, all of them or none.
    static void register(DataSource database, int from, int to) {
        register(database, from, to, PER_SECOND);
    }

    public static void register(DataSource database, int from, int to, int requestsPerSecond) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            for (String insert : new String[] {TENANTS, QUOTAS, KEYS}) {
                try (PreparedStatement statement = connection.prepareStatement(insert)) {
                    statement.setInt(1, from);
                    statement.setInt(2, to);
                    if (insert.equals(QUOTAS)) {
                        statement.setLong(3, requestsPerSecond);
                    }
                    statement.executeUpdate();
                }
            }
            connection.commit();
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot register the tenants " + from + " to " + to, failed);
        }
    }

    static String tenantId(int number) {
        return "bench-%07d".formatted(number);
    }

    public static String key(int number) {
        return new ApiKey.Presented("bench%07d".formatted(number), "benchsecret%021d".formatted(number)).text();
    }

    /// One key a line, for the client.
    static Path keyFile(Path file, int count) {
        return TextFiles.write(file, lines(count, "%s\n"));
    }

    /// Lines `key tenant`.
    static Path keyTenantFile(Path file, int count) {
        return TextFiles.write(file, lines(count, "%s %s\n"));
    }

    /// Lines `"key" "tenant";`, as nginx' map includes them.
    static Path nginxMap(Path file, int count) {
        return TextFiles.write(file, lines(count, "\"%s\" \"%s\";\n"));
    }

    private static String lines(int count, String format) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> String.format(format, key(number), tenantId(number)))
                .collect(Collectors.joining());
    }
}
