package dev.tollgate.schema.access.web;

import dev.tollgate.schema.access.page.Cursor;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.contract.EventText;
import dev.tollgate.schema.contract.UuidV7;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads parameters of requests strictly; what is wrong ends the request with a problem that names it.
public final class Parameters {

    public static final int LIMIT_DEFAULT = 100;
    public static final int LIMIT_MAX = 500;

    private static final Pattern MONTH = Pattern.compile("[0-9]{4}-[0-9]{2}");
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /// Printable ASCII.
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,128}");

    private static final YearMonth MONTH_MIN = YearMonth.of(2000, 1);
    private static final Instant MOMENT_MIN = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant MOMENT_MAX = Instant.parse("2200-01-01T00:00:00Z");
    private static final YearMonth MONTH_MAX = YearMonth.of(2199, 12);
    private static final int FILTER_CHARS_MAX = 256;
    private static final String START = "";

    private Parameters() {}

    public static YearMonth month(String value) {
        try {
            if (MONTH.matcher(value).matches()) {
                YearMonth month = YearMonth.parse(value);
                if (!month.isBefore(MONTH_MIN) && !month.isAfter(MONTH_MAX)) {
                    return month;
                }
            }
        } catch (DateTimeException noSuchMonth) {
            // reported below
        }
        throw ProblemException.field("month", "must be a month from 2000-01 to 2199-12, as yyyy-MM");
    }

    public static Optional<YearMonth> optionalMonth(@Nullable String value) {
        return Optional.ofNullable(value).map(Parameters::month);
    }

    /// The value of an `Idempotency-Key`, if there is one.
    public static @Nullable String idempotencyKey(@Nullable String header) {
        if (header != null && !IDEMPOTENCY_KEY.matcher(header).matches()) {
            throw ProblemException.field("Idempotency-Key", "must be 1 to 128 printable ASCII characters");
        }
        return header;
    }

    public static Optional<String> optionalTenant(@Nullable String value) {
        if (value != null && !TENANT.matcher(value).matches()) {
            throw ProblemException.field("tenant", "must be 1 to 64 letters, digits, dots, underscores, hyphens");
        }
        return Optional.ofNullable(value);
    }

    /// A tenant's id in a path: what cannot be one is not found.
    public static String tenant(String value) {
        if (!TENANT.matcher(value).matches()) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no tenant " + value);
        }
        return value;
    }

    /// A text of at most 256 characters to filter by.
    public static @Nullable String filter(@Nullable String value, String name) {
        if (value != null && (value.length() > FILTER_CHARS_MAX || !EventText.isClean(value))) {
            throw ProblemException.field(name, "must have at most " + FILTER_CHARS_MAX + " characters");
        }
        return value;
    }

    /// A day such as `2026-01-31`.
    public static LocalDate day(String value, String name) {
        try {
            LocalDate day = LocalDate.parse(value);
            if (day.getYear() >= MONTH_MIN.getYear() && day.getYear() <= MONTH_MAX.getYear()) {
                return day;
            }
        } catch (DateTimeException noSuchDay) {
            // reported below
        }
        throw ProblemException.field(name, "must be a day such as 2026-01-31, from 2000 to 2199");
    }

    /// A moment such as `2026-01-31T12:00:00Z`.
    public static Optional<Instant> optionalMoment(@Nullable String value, String name) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            Instant moment = OffsetDateTime.parse(value).toInstant();
            if (!moment.isBefore(MOMENT_MIN) && moment.isBefore(MOMENT_MAX)) {
                return Optional.of(moment);
            }
        } catch (DateTimeException noSuchMoment) {
            // reported below
        }
        throw ProblemException.field(name, "must be a moment such as 2026-01-31T12:00:00Z, from 2000 to 2199");
    }

    public static int limit(@Nullable String value) {
        if (value == null) {
            return LIMIT_DEFAULT;
        }
        try {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException notANumber) {
            // reported below
        }
        throw ProblemException.field("limit", "must be 1 to " + LIMIT_MAX);
    }

    /// The text after which the page begins; empty for the first page.
    public static String after(@Nullable String cursor) {
        return cursor == null ? START : decoded(cursor);
    }

    /// The parts of the place after which the page begins; empty for the first page.
    public static List<String> after(@Nullable String cursor, int partCount) {
        if (cursor == null) {
            return List.of();
        }
        return Cursor.parse(cursor, partCount)
                .map(Cursor::parts)
                .filter(parts -> parts.stream().allMatch(Parameters::storable))
                .orElseThrow(Parameters::badCursor);
    }

    public static Optional<UUID> afterId(@Nullable String cursor) {
        if (cursor == null) {
            return Optional.empty();
        }
        UUID id = UuidV7.parse(decoded(cursor));
        if (id == null) {
            throw badCursor();
        }
        return Optional.of(id);
    }

    public static UUID id(String value, String what) {
        UUID id = UuidV7.parse(value);
        if (id == null) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "no " + what + " " + value);
        }
        return id;
    }

    private static String decoded(String cursor) {
        return Cursor.parse(cursor, 1)
                .map(found -> found.parts().getFirst())
                .filter(Parameters::storable)
                .orElseThrow(Parameters::badCursor);
    }

    /// PostgreSQL holds no NUL.
    private static boolean storable(String text) {
        return text.indexOf('\0') < 0;
    }

    public static ProblemException badCursor() {
        return ProblemException.of(ProblemType.INVALID_CURSOR, "take the cursor from the preceding page");
    }
}
