package dev.tollgate.aggregator.query.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/// Months (UTC) whose raw rows are in a file only: their hours are left, and nothing finer. Safe for use by several
/// threads.
public final class ArchivedMonths {

    private static final String DROPPED = "SELECT month FROM raw_months WHERE state = 'dropped' ORDER BY month";

    private final DataSource dataSource;

    /// @param dataSource of a role that may read `raw_months`
    public ArchivedMonths(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /// The first one that a piece reaches into. Asked after the rows were read: a month may go meanwhile.
    Optional<YearMonth> under(List<RawUsage.Piece> pieces) throws SQLException {
        if (pieces.isEmpty()) {
            return Optional.empty();
        }
        return dropped().stream()
                .filter(month -> pieces.stream()
                        .anyMatch(piece -> piece.from().isBefore(start(month.plusMonths(1)))
                                && piece.to().isAfter(start(month))))
                .findFirst();
    }

    private List<YearMonth> dropped() throws SQLException {
        List<YearMonth> months = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(DROPPED);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                months.add(YearMonth.from(row.getObject(1, LocalDate.class)));
            }
        }
        return months;
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    }
}
