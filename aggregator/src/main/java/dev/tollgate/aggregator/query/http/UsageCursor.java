package dev.tollgate.aggregator.query.http;

import dev.tollgate.aggregator.query.UsagePlace;
import dev.tollgate.aggregator.query.UsageQuery;
import dev.tollgate.schema.access.page.Cursor;
import dev.tollgate.schema.access.web.Parameters;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place in a query's rows as clients carry it: with a hash of the query, since it means nothing in another one.
final class UsageCursor {

    private static final int HASH_BYTES = 8;

    private UsageCursor() {}

    static @Nullable String text(UsageQuery query, @Nullable UsagePlace place) {
        if (place == null) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        parts.add(hash(query));
        parts.add(Long.toString(place.start().toEpochMilli()));
        parts.addAll(place.afterGroups());
        return new Cursor(parts).text();
    }

    static UsagePlace place(UsageQuery query, @Nullable String cursor) {
        if (cursor == null) {
            return new UsagePlace(query.from(), List.of());
        }
        List<String> parts = Parameters.after(cursor, 2 + query.groupBy().size());
        Instant start = moment(parts.get(1));
        boolean known =
                query.windows().stream().anyMatch(window -> window.start().equals(start));
        if (!parts.getFirst().equals(hash(query)) || !known) {
            throw Parameters.badCursor();
        }
        return new UsagePlace(start, parts.subList(2, parts.size()));
    }

    private static Instant moment(String epochMs) {
        try {
            return Instant.ofEpochMilli(Long.parseLong(epochMs));
        } catch (NumberFormatException notANumber) {
            throw Parameters.badCursor();
        }
    }

    /// The page's size may change from page to page.
    private static String hash(UsageQuery query) {
        String text = String.join(
                "|",
                query.tenantId(),
                query.from().toString(),
                query.to().toString(),
                query.window().wireName(),
                query.zone().getId(),
                query.groupBy().toString());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
