package dev.tollgate.gateway.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/// The bookings of one tick. Belongs to the exchanger's thread.
final class BookingBatch {

    /// A booking and whose it is.
    private record Booked(TenantLeases page, UsageBooking booking) {}

    private final LedgerCalls calls;
    private final LedgerHealth health;
    private final LongSupplier numbers;
    private final List<Booked> owed = new ArrayList<>();
    private final List<Booked> other = new ArrayList<>();

    BookingBatch(LedgerCalls calls, LedgerHealth health, LongSupplier numbers) {
        this.calls = calls;
        this.health = health;
        this.numbers = numbers;
    }

    /// Takes in what the page has to book now.
    ///
    /// @param alarms takes when a page wants to be looked at again
    void add(TenantLeases page, ObjLongConsumer<TenantLeases> alarms, long nowNanos) {
        RowAccount account = page.accountIfAny();
        UsageBooking ofRow = account == null ? null : account.book(numbers, nowNanos);
        if (ofRow != null) {
            (ofRow.uses().isEmpty() ? other : owed).add(new Booked(page, ofRow));
        }
        DbQueryQuota queries = page.dbQueries();
        UsageBooking ofQueries = queries == null ? null : queries.book(numbers, nowNanos);
        if (ofQueries != null) {
            other.add(new Booked(page, ofQueries));
        }
        Long dueNanos = queries == null ? null : queries.dueNanos();
        if (dueNanos != null) {
            alarms.accept(page, dueNanos);
        }
    }

    /// Books what must be known before its pages ask for leases.
    void bookOwed() {
        book(owed);
    }

    /// Books the rest.
    void bookOther() {
        book(other);
    }

    private void book(List<Booked> rows) {
        for (int from = 0; from < rows.size(); from += UsageLedger.BOOKINGS_MAX) {
            List<Booked> part = rows.subList(from, Math.min(rows.size(), from + UsageLedger.BOOKINGS_MAX));
            List<UsageAnswer> answers = health.isOpen()
                    ? null
                    : calls.book(part.stream().map(Booked::booking).toList());
            for (int i = 0; i < part.size(); i++) {
                take(part.get(i), answers == null ? null : answers.get(i));
            }
        }
    }

    /// Without an answer the same is booked again later.
    private void take(Booked row, @Nullable UsageAnswer answer) {
        TenantLeases page = row.page();
        if (answer == null) {
            page.queue();
        } else if (!row.booking().policy().equals(UsageBooking.DB_QUERIES)) {
            page.account().booked(answer);
        } else {
            DbQueryQuota queries = page.dbQueries();
            if (queries != null && queries.booked(answer, calls.receivedNanos())) {
                page.queue();
            }
        }
    }
}
