package dev.tollgate.gateway.admission.postgres;

import dev.tollgate.gateway.admission.LeaseGrant;
import dev.tollgate.gateway.admission.LeaseSettlement;
import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.QuotaLedger;
import dev.tollgate.gateway.admission.QuotaWindow;
import dev.tollgate.gateway.admission.WindowUsage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One exchange as the arguments and rows of `tollgate.exchange_leases`: parallel arrays with one element per want,
/// two settled lease numbers per want, and three counts per settled lease.
final class LeaseExchangeCall {

    static final String ARGUMENTS = "?, ?, ?, ?, ?, ?, ?, ?, ?";

    private static final int SECONDS_PER_LEASE = 3;
    private static final QuotaWindow[] WINDOWS = QuotaWindow.values();

    private LeaseExchangeCall() {}

    /// Sets the arguments from position `first` on.
    static void bind(PreparedStatement statement, int first, String gateway, List<LeaseWant> wants)
            throws SQLException {
        int rows = wants.size();
        String[] tenants = new String[rows];
        String[] policies = new String[rows];
        Long[] leases = new Long[rows];
        Long[] needs = new Long[rows];
        Long[] tokens = new Long[rows];
        Integer[] livesMs = new Integer[rows];
        Long[] settled = new Long[rows * QuotaLedger.SETTLEMENTS_MAX];
        Long[] used = new Long[settled.length * SECONDS_PER_LEASE];
        Arrays.fill(settled, 0L);
        Arrays.fill(used, 0L);
        for (int i = 0; i < rows; i++) {
            LeaseWant want = wants.get(i);
            tenants[i] = want.tenantId();
            policies[i] = want.policy();
            leases[i] = want.leaseNumber();
            needs[i] = want.need();
            tokens[i] = want.want();
            livesMs[i] = want.lifeMs();
            for (int j = 0; j < want.settlements().size(); j++) {
                LeaseSettlement settlement = want.settlements().get(j);
                int at = i * QuotaLedger.SETTLEMENTS_MAX + j;
                settled[at] = settlement.leaseNumber();
                used[at * SECONDS_PER_LEASE] = settlement.usedInFirst();
                used[at * SECONDS_PER_LEASE + 1] = settlement.usedInSecond();
                used[at * SECONDS_PER_LEASE + 2] = settlement.usedInThird();
            }
        }
        Connection connection = statement.getConnection();
        statement.setString(first, gateway);
        statement.setArray(first + 1, connection.createArrayOf("text", tenants));
        statement.setArray(first + 2, connection.createArrayOf("text", policies));
        statement.setArray(first + 3, connection.createArrayOf("int8", leases));
        statement.setArray(first + 4, connection.createArrayOf("int8", needs));
        statement.setArray(first + 5, connection.createArrayOf("int8", tokens));
        statement.setArray(first + 6, connection.createArrayOf("int4", livesMs));
        statement.setArray(first + 7, connection.createArrayOf("int8", settled));
        statement.setArray(first + 8, connection.createArrayOf("int8", used));
    }

    /// Reads the answers into the order of the wants.
    static List<LeaseGrant> read(ResultSet rows, int wants) throws SQLException {
        @Nullable LeaseGrant[] grants = new LeaseGrant[wants];
        while (rows.next()) {
            grants[rows.getInt("row_no") - 1] = grant(rows);
        }
        List<LeaseGrant> answers = new ArrayList<>(wants);
        for (LeaseGrant grant : grants) {
            if (grant == null) {
                throw new SQLException("the ledger left a want without an answer");
            }
            answers.add(grant);
        }
        return answers;
    }

    private static LeaseGrant grant(ResultSet row) throws SQLException {
        boolean known = row.getBoolean("known");
        int exhausted = row.getInt("exhausted");
        return new LeaseGrant(
                known,
                known ? row.getLong("granted") : 0,
                row.getInt("life_ms"),
                row.getLong("reading_us"),
                row.getLong("clock_us"),
                exhausted == 0 ? null : WINDOWS[exhausted - 1],
                row.getLong("retry_after_ms"),
                row.getLong("ask_again_ms"),
                known ? windows(row) : List.of());
    }

    /// The windows of a known row, by [QuotaWindow#ordinal].
    static List<WindowUsage> windows(ResultSet row) throws SQLException {
        return List.of(usage(row, "minute"), usage(row, "hour"), usage(row, "day"), usage(row, "month"));
    }

    private static WindowUsage usage(ResultSet row, String window) throws SQLException {
        return new WindowUsage(
                row.getLong(window + "_limit"), row.getLong(window + "_current"), row.getLong(window + "_resets_ms"));
    }
}
