package dev.tollgate.schema.access.problem;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An error as RFC 9457 describes it.
///
/// @param detail what went wrong this time, for people
/// @param instance the path or id that it happened at
/// @param extensions further members by name: strings, whole numbers, booleans, and lists and maps of them
public record Problem(
        String type,
        String title,
        int status,
        @Nullable String detail,
        @Nullable String instance,
        Map<String, Object> extensions) {

    public static final String CONTENT_TYPE = "application/problem+json";

    private static final Set<String> STANDARD_MEMBERS = Set.of("type", "title", "status", "detail", "instance");

    public Problem {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("a problem has a status of 400 to 599 but got " + status);
        }
        for (String member : extensions.keySet()) {
            if (STANDARD_MEMBERS.contains(member)) {
                throw new IllegalArgumentException("an extension cannot be named " + member);
            }
        }
        extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    }

    public static Problem of(ProblemType type, @Nullable String detail) {
        return new Problem(type.uri(), type.title(), type.status(), detail, null, Map.of());
    }

    /// The same problem with one more member, which comes last.
    public Problem with(String member, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extensions);
        more.put(member, value);
        return new Problem(type, title, status, detail, instance, more);
    }

    public Problem at(String newInstance) {
        return new Problem(type, title, status, detail, newInstance, extensions);
    }

    /// The body of the answer, UTF-8.
    public byte[] toJson() {
        return ProblemWriter.write(this);
    }
}
