package dev.tollgate.bench.metering;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/// The raw table of one run, seen from outside.
public final class RawTable {

    private RawTable() {}

    /// Throws unless every event of the topic is a row, once: the table's key refuses a second.
    public static void requireComplete(Ground ground) {
        try (Connection connection = ground.servers().connect(ground.database())) {
            long rows = MeteringServers.number(connection, "SELECT count(*) FROM tenant_metrics_raw");
            if (rows != ground.topic().events()) {
                throw new IllegalStateException("the raw table has " + rows + " rows of "
                        + ground.topic().events());
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot count the raw table", failed);
        }
    }

    /// Makes the months that the topic's events fall into.
    public static void makeMonths(Ground ground) {
        YearMonth last = month(ground.topic().to());
        try (Connection connection = ground.servers().connect(ground.database());
                Statement statement = connection.createStatement()) {
            for (YearMonth month = month(ground.topic().from()); !month.isAfter(last); month = month.plusMonths(1)) {
                statement.execute("SELECT tollgate.ensure_month('" + month.atDay(1) + "')");
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot make the months of the raw table", failed);
        }
    }

    private static YearMonth month(Instant time) {
        return YearMonth.from(time.atOffset(ZoneOffset.UTC));
    }
}
