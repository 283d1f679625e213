package dev.tollgate.ingest.intake.http;

import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.contract.EventText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/// Answers of the intake. A single CloudEvent is answered with its own status; a list with 202 when something was taken
/// and nothing refused, 200 when all of it was taken before, and 207 when anything was refused.
final class Answers {

    private static final int MULTI_STATUS = 207;

    private Answers() {}

    static ResponseEntity<Object> single(Outcome outcome, String instance) {
        Problem problem = outcome.problem();
        if (problem == null) {
            return json(outcome.status(), item(outcome));
        }
        return problem(problem, instance);
    }

    static ResponseEntity<Object> problem(Problem problem, String instance) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(problem.status()).contentType(MediaType.parseMediaType(Problem.CONTENT_TYPE));
        Object retryAfterSeconds = problem.extensions().get("retryAfterSeconds");
        if (retryAfterSeconds != null) {
            answer.header(HttpHeaders.RETRY_AFTER, retryAfterSeconds.toString());
        }
        return answer.body(problem.at(instance).toJson());
    }

    static ResponseEntity<Object> list(List<Outcome> outcomes) {
        long accepted = count(outcomes, Outcome.ACCEPTED);
        long repeated = count(outcomes, Outcome.REPEATED);
        long refused = outcomes.size() - accepted - repeated;
        List<Map<String, Object>> items = new ArrayList<>(outcomes.size());
        for (int index = 0; index < outcomes.size(); index++) {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("index", index);
            item.putAll(item(outcomes.get(index)));
            items.add(item);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("accepted", accepted);
        body.put("repeated", repeated);
        body.put("refused", refused);
        body.put("items", items);
        int status = refused > 0 ? MULTI_STATUS : accepted > 0 ? HttpStatus.ACCEPTED.value() : HttpStatus.OK.value();
        return json(status, body);
    }

    /// Whatever the client accepts: to refuse an answer after the events were taken would help nobody.
    private static ResponseEntity<Object> json(int status, Object body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body);
    }

    private static long count(List<Outcome> outcomes, int status) {
        return outcomes.stream().filter(one -> one.status() == status).count();
    }

    private static Map<String, Object> item(Outcome outcome) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("status", outcome.status());
        String id = outcome.id();
        if (id != null && EventText.isClean(id)) {
            item.put("id", id);
        }
        if (outcome.eventId() != null) {
            item.put("eventId", outcome.eventId().toString());
        }
        Problem problem = outcome.problem();
        if (problem != null) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("type", problem.type());
            members.put("title", problem.title());
            members.put("status", problem.status());
            if (problem.detail() != null) {
                members.put("detail", problem.detail());
            }
            members.putAll(problem.extensions());
            item.put("problem", members);
        }
        return item;
    }
}
