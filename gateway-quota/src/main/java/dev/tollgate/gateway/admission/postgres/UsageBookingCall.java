package dev.tollgate.gateway.admission.postgres;

import dev.tollgate.gateway.admission.UsageAnswer;
import dev.tollgate.gateway.admission.UsageBooking;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call of `tollgate.book_usage` as its arguments and rows: parallel arrays with one element per booking, and the
/// uses and returned reserves of all bookings one after another, with the position at which those of each booking end.
final class UsageBookingCall {

    static final String ARGUMENTS = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?";

    private UsageBookingCall() {}

    /// Sets the arguments from position `first` on.
    static void bind(PreparedStatement statement, int first, String gateway, List<UsageBooking> bookings)
            throws SQLException {
        int rows = bookings.size();
        String[] tenants = new String[rows];
        String[] policies = new String[rows];
        Long[] numbers = new Long[rows];
        Long[] reserves = new Long[rows];
        Integer[] useEnds = new Integer[rows];
        Integer[] returnEnds = new Integer[rows];
        List<Long> useSeconds = new ArrayList<>();
        List<Long> useTokens = new ArrayList<>();
        List<String> returned = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            UsageBooking booking = bookings.get(i);
            tenants[i] = booking.tenantId();
            policies[i] = booking.policy();
            numbers[i] = booking.number();
            reserves[i] = booking.reserve();
            for (UsageBooking.Use use : booking.uses()) {
                useSeconds.add(use.epochSecond());
                useTokens.add(use.tokens());
            }
            returned.addAll(booking.returnedReserves());
            useEnds[i] = useSeconds.size();
            returnEnds[i] = returned.size();
        }
        Connection connection = statement.getConnection();
        statement.setString(first, gateway);
        statement.setArray(first + 1, connection.createArrayOf("text", tenants));
        statement.setArray(first + 2, connection.createArrayOf("text", policies));
        statement.setArray(first + 3, connection.createArrayOf("int8", numbers));
        statement.setArray(first + 4, connection.createArrayOf("int8", reserves));
        statement.setArray(first + 5, connection.createArrayOf("int4", useEnds));
        statement.setArray(first + 6, connection.createArrayOf("int8", useSeconds.toArray(Long[]::new)));
        statement.setArray(first + 7, connection.createArrayOf("int8", useTokens.toArray(Long[]::new)));
        statement.setArray(first + 8, connection.createArrayOf("int4", returnEnds));
        statement.setArray(first + 9, connection.createArrayOf("text", returned.toArray(String[]::new)));
    }

    /// Reads the answers into the order of the bookings.
    static List<UsageAnswer> read(ResultSet rows, int bookings) throws SQLException {
        @Nullable UsageAnswer[] found = new UsageAnswer[bookings];
        while (rows.next()) {
            found[rows.getInt("row_no") - 1] = answer(rows);
        }
        List<UsageAnswer> answers = new ArrayList<>(bookings);
        for (UsageAnswer answer : found) {
            if (answer == null) {
                throw new SQLException("the ledger left a booking without an answer");
            }
            answers.add(answer);
        }
        return answers;
    }

    private static UsageAnswer answer(ResultSet row) throws SQLException {
        boolean known = row.getBoolean("known");
        return new UsageAnswer(
                known,
                row.getString("reserve_key"),
                row.getLong("reserve_tokens"),
                row.getLong("reserve_ends_ms"),
                row.getLong("clock_us"),
                known ? LeaseExchangeCall.windows(row) : List.of());
    }
}
