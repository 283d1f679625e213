package dev.tollgate.schema.access.web;

import dev.tollgate.schema.access.page.Cursor;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a list.
///
/// @param nextCursor what to ask the next page with; null on the last one
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    public Page {
        items = List.copyOf(items);
    }

    /// Makes a page of up to `limit` from rows of which one more was asked for.
    public static <R, T> Page<T> of(List<R> rows, int limit, Function<R, T> view, Function<R, String> place) {
        boolean more = rows.size() > limit;
        List<R> shown = more ? rows.subList(0, limit) : rows;
        return new Page<>(
                shown.stream().map(view).toList(),
                more ? Cursor.of(place.apply(shown.getLast())).text() : null);
    }

    /// The same of rows that are shown as they are and whose place has several parts.
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, List<String>> place) {
        boolean more = rows.size() > limit;
        List<T> shown = more ? rows.subList(0, limit) : rows;
        return new Page<>(shown, more ? new Cursor(place.apply(shown.getLast())).text() : null);
    }
}
