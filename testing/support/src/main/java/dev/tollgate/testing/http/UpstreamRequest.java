package dev.tollgate.testing.http;

import java.util.List;
import java.util.Locale;

/// One request as it reached the upstream, whole.
///
/// @param target as in the request line
/// @param fields the lines `name: value`, as they were sent
/// @param body without its chunked framing
public record UpstreamRequest(String method, String target, List<String> fields, String body) {

    /// The values of a field, in order.
    public List<String> values(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return fields.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .toList();
    }
}
