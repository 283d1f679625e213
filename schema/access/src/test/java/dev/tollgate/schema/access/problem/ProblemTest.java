package dev.tollgate.schema.access.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void writesStandardMembersFirstAndExtensionsInTheirOrder() {
        Map<String, Object> window = new LinkedHashMap<>();
        window.put("quota", "requests_per_day");
        window.put("hard", true);
        Problem problem = Problem.of(ProblemType.QUOTA_EXCEEDED, "10000 of 10000 requests used today")
                .at("/v1/orders")
                .with("limit", 10_000L)
                .with("current", 10_000)
                .with("resetsAt", "2026-11-25T00:00:00Z")
                .with("windows", List.of(window));
        assertThat(json(problem))
                .isEqualTo("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
                        + "\"title\":\"A quota is spent\",\"status\":429,"
                        + "\"detail\":\"10000 of 10000 requests used today\",\"instance\":\"/v1/orders\","
                        + "\"limit\":10000,\"current\":10000,\"resetsAt\":\"2026-11-25T00:00:00Z\","
                        + "\"windows\":[{\"quota\":\"requests_per_day\",\"hard\":true}]}");
    }

    @Test
    void writesWhateverTextAClientSent() {
        Problem problem = Problem.of(ProblemType.BAD_REQUEST, "no such \"path\" \uD800 \u0000 日本");
        assertThat(json(problem)).contains("\"detail\":\"no such \\\"path\\\" \uFFFD \uFFFD 日本\"");
        assertThat(json(Problem.of(ProblemType.BAD_REQUEST, "a".repeat(100_000)))
                        .length())
                .isLessThan(ProblemWriter.TEXT_CHARS_MAX + 500);
    }

    @Test
    void everyTypeHasAnAddressOfItsOwn() {
        assertThat(ProblemType.values()).extracting(ProblemType::uri).doesNotHaveDuplicates();
        assertThat(ProblemType.NOT_FOUND.uri()).isEqualTo("https://tollgate.dev/problems/not-found");
    }

    @Test
    void refusesToHideAStandardMember() {
        Problem problem = Problem.of(ProblemType.CONFLICT, null);
        assertThatThrownBy(() -> problem.with("status", 200)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String json(Problem problem) {
        return new String(problem.toJson(), StandardCharsets.UTF_8);
    }
}
