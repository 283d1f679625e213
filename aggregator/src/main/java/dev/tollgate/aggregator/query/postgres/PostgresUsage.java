package dev.tollgate.aggregator.query.postgres;

import dev.tollgate.aggregator.query.UsagePlace;
import dev.tollgate.aggregator.query.UsageQuery;
import dev.tollgate.aggregator.query.UsageQuery.Span;
import dev.tollgate.aggregator.query.UsageResult;
import dev.tollgate.aggregator.query.UsageRow;
import dev.tollgate.aggregator.query.UsageSum;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Answers usage queries in the tenant's context. Without groups each window has a row, also an empty one; with groups,
/// each group that has events in a window. Safe for use by several threads.
public final class PostgresUsage {

    private static final String CANCELED = "57014";

    private final TenantReads reads;
    private final ArchivedMonths archived;

    public PostgresUsage(TenantReads reads, ArchivedMonths archived) {
        this.reads = reads;
        this.archived = archived;
    }

    /// The tenant's time zone; empty for a tenant that is not registered.
    public Optional<String> timeZone(String tenantId) throws SQLException {
        return reads.as(tenantId, connection -> {
            try (PreparedStatement zone =
                    connection.prepareStatement("SELECT time_zone FROM tenants WHERE tenant_id = ?")) {
                zone.setString(1, tenantId);
                try (ResultSet row = zone.executeQuery()) {
                    return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
                }
            }
        });
    }

    /// @param place where the page begins; one of the query's windows
    public UsageResult page(UsageQuery query, UsagePlace place) throws SQLException {
        List<Span> windows = query.windows().stream()
                .filter(window -> !window.start().isBefore(place.start()))
                .toList();
        boolean isGrouped = !query.groupBy().isEmpty();
        List<Span> shown = isGrouped ? windows : windows.subList(0, Math.min(query.limit(), windows.size()));
        List<RawUsage.Piece> pieces = !isGrouped && query.readsBuckets() ? BucketUsage.cutHours(shown) : whole(shown);
        try {
            UsageResult result = reads.as(
                    query.tenantId(),
                    connection -> isGrouped
                            ? grouped(connection, query, windows, pieces, place.afterGroups())
                            : ungrouped(connection, query, windows, shown, pieces));
            return archived.under(pieces)
                    .<UsageResult>map(UsageResult.Archived::new)
                    .orElse(result);
        } catch (SQLException e) {
            if (CANCELED.equals(e.getSQLState())) {
                return new UsageResult.TooMuch(reads.statementTimeout());
            }
            throw e;
        }
    }

    private static List<RawUsage.Piece> whole(List<Span> windows) {
        return IntStream.range(0, windows.size())
                .mapToObj(i -> new RawUsage.Piece(
                        i, windows.get(i).start(), windows.get(i).end()))
                .toList();
    }

    private static UsageResult ungrouped(
            Connection connection, UsageQuery query, List<Span> all, List<Span> windows, List<RawUsage.Piece> pieces)
            throws SQLException {
        List<UsageSum> sums = windows.stream().map(window -> new UsageSum()).toList();
        if (query.readsBuckets()) {
            BucketUsage.add(connection, query.tenantId(), windows, sums);
        }
        RawUsage.read(
                connection,
                query.tenantId(),
                pieces,
                List.of(),
                List.of(),
                (window, groups, counts, durationMs, requests) -> {
                    sums.get(window).add(counts);
                    sums.get(window).addDurations(durationMs, requests);
                    return true;
                });
        List<UsageRow> rows = IntStream.range(0, windows.size())
                .mapToObj(i -> sums.get(i).toRow(windows.get(i), List.of()))
                .toList();
        return new UsageResult.Found(
                rows,
                windows.size() < all.size()
                        ? new UsagePlace(all.get(windows.size()).start(), List.of())
                        : null);
    }

    private static UsageResult grouped(
            Connection connection,
            UsageQuery query,
            List<Span> windows,
            List<RawUsage.Piece> pieces,
            List<String> after)
            throws SQLException {
        GroupedRows rows = new GroupedRows(windows, query.limit());
        RawUsage.read(connection, query.tenantId(), pieces, query.groupBy(), after, rows);
        return rows.finish();
    }

    /// Makes rows of what comes in the order of windows and groups, up to a page.
    private static final class GroupedRows implements RawUsage.Sink {

        private final List<UsageRow> rows = new ArrayList<>();
        private final List<Span> windows;
        private final int limit;
        private int window = -1;
        private List<String> groups = List.of();
        private @Nullable UsageSum sum;
        private boolean more;

        GroupedRows(List<Span> windows, int limit) {
            this.windows = windows;
            this.limit = limit;
        }

        @Override
        public boolean take(int nextWindow, List<String> next, UsageSum.Counts counts, long durationMs, long requests) {
            UsageSum current = sum;
            if (current == null || nextWindow != window || !next.equals(groups)) {
                flush();
                if (rows.size() == limit) {
                    more = true;
                    return false;
                }
                current = new UsageSum();
                sum = current;
                window = nextWindow;
                groups = next;
            }
            current.add(counts);
            current.addDurations(durationMs, requests);
            return true;
        }

        private void flush() {
            if (sum != null) {
                rows.add(sum.toRow(windows.get(window), groups));
                sum = null;
            }
        }

        UsageResult finish() {
            flush();
            return new UsageResult.Found(
                    rows,
                    more ? new UsagePlace(rows.getLast().start(), rows.getLast().groups()) : null);
        }
    }
}
