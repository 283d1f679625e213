package dev.tollgate.billing.invoice;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;

/// Numbers of invoices: `TG-<year of issue, UTC>-<6 digits>`, counted per year without gaps.
public final class InvoiceNumber {

    private InvoiceNumber() {}

    /// The series to count in; its name is the beginning of its numbers.
    public static String series(Instant issuedAt) {
        return "TG-" + issuedAt.atOffset(ZoneOffset.UTC).getYear();
    }

    public static String of(String series, long ordinal) {
        return String.format(Locale.ROOT, "%s-%06d", series, ordinal);
    }
}
