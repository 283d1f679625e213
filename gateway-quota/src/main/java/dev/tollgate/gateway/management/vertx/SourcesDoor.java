package dev.tollgate.gateway.management.vertx;

import dev.tollgate.gateway.management.SourceBook;
import dev.tollgate.gateway.management.SourceRow;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.OperatorKeys;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.page.Cursor;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.contract.EventText;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lists sources and lets operators abandon one. `answer` waits for the database: never call it on an event loop.
public final class SourcesDoor {

    static final int LIMIT_DEFAULT = 100;
    static final int LIMIT_MAX = 500;
    static final int REASON_CHARS_MAX = 500;

    private static final String BEARER = "Bearer ";
    private static final Pattern ABANDON =
            Pattern.compile(SourcesApi.ROOT + "/([A-Za-z0-9_-]{1,40}\\.[0-9]{1,4})/abandon");

    /// A request whose body has arrived.
    record Call(
            String method,
            String path,
            MultiMap parameters,
            @Nullable String authorization,
            @Nullable String contentType,
            Buffer body) {}

    private final OperatorKeys keys;
    private final SourceBook book;

    public SourcesDoor(OperatorKeys keys, SourceBook book) {
        this.keys = keys;
        this.book = book;
    }

    Answer answer(Call call) {
        Optional<Operator> operator = presented(call.authorization()).flatMap(keys::find);
        if (operator.isEmpty()) {
            return problem(call, ProblemType.UNAUTHENTICATED, "send a valid operator key as a bearer token");
        }
        if (!operator.get().has(Role.OPERATOR)) {
            return problem(call, ProblemType.FORBIDDEN, operator.get().name() + " needs the role OPERATOR");
        }
        if (call.path().equals(SourcesApi.ROOT)) {
            return call.method().equals("GET") ? list(call) : Answer.methodNotAllowed("GET", call.path());
        }
        Matcher abandon = ABANDON.matcher(call.path());
        if (!abandon.matches()) {
            return problem(call, ProblemType.NOT_FOUND, "no such resource");
        }
        return call.method().equals("POST")
                ? abandon(call, abandon.group(1), operator.get().name())
                : Answer.methodNotAllowed("POST", call.path());
    }

    private static Optional<String> presented(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        return Optional.of(authorization.substring(BEARER.length()).strip());
    }

    private Answer list(Call call) {
        String cursor = call.parameters().get("cursor");
        Optional<String> after = cursor == null
                ? Optional.of("")
                : Cursor.parse(cursor, 1).map(parsed -> parsed.parts().getFirst());
        if (after.isEmpty()) {
            return problem(call, ProblemType.INVALID_CURSOR, "take the cursor from the preceding page");
        }
        int limit = limit(call.parameters().get("limit"));
        if (limit == 0) {
            return problem(call, ProblemType.INVALID_FIELD, "limit must be 1 to " + LIMIT_MAX);
        }
        List<SourceRow> rows = book.page(after.get(), limit + 1);
        JsonArray items = new JsonArray();
        rows.stream().limit(limit).map(SourcesDoor::json).forEach(items::add);
        JsonObject page = new JsonObject().put("items", items);
        if (rows.size() > limit) {
            page.put("nextCursor", Cursor.of(rows.get(limit - 1).source()).text());
        }
        return Answer.json(page);
    }

    /// 0 for what is not allowed.
    private static int limit(@Nullable String text) {
        if (text == null) {
            return LIMIT_DEFAULT;
        }
        try {
            int limit = Integer.parseInt(text);
            return limit < 1 || limit > LIMIT_MAX ? 0 : limit;
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private Answer abandon(Call call, String source, String actor) {
        String contentType = call.contentType();
        if (contentType == null || !contentType.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            return problem(call, ProblemType.UNSUPPORTED_MEDIA_TYPE, "send application/json");
        }
        Optional<String> reason = reason(call.body());
        if (reason.isEmpty()) {
            String detail = "the body must be {\"reason\": \"…\"} with 1 to " + REASON_CHARS_MAX + " characters";
            return problem(call, ProblemType.INVALID_FIELD, detail);
        }
        return switch (book.abandon(source, reason.get(), actor)) {
            case SourceBook.Abandonment.Done(SourceRow row) -> Answer.json(json(row));
            case SourceBook.Abandonment.Unknown() ->
                problem(call, ProblemType.NOT_FOUND, "there is no source " + source);
            case SourceBook.Abandonment.NotOpen() ->
                problem(
                        call,
                        ProblemType.CONFLICT,
                        "source " + source + " is sealed and all its events are stored: there is nothing to abandon");
        };
    }

    private static Optional<String> reason(Buffer body) {
        try {
            JsonObject json = new JsonObject(body);
            return json.size() == 1 && json.getValue("reason") instanceof String text
                    ? Optional.of(text.strip())
                            .filter(reason -> !reason.isEmpty()
                                    && reason.length() <= REASON_CHARS_MAX
                                    && EventText.isClean(reason))
                    : Optional.empty();
        } catch (DecodeException | ClassCastException notAnObject) {
            return Optional.empty();
        }
    }

    private static Answer problem(Call call, ProblemType type, String detail) {
        return Answer.problem(type, detail, call.path());
    }

    private static JsonObject json(SourceRow row) {
        JsonObject json = new JsonObject()
                .put("source", row.source())
                .put("origin", row.origin())
                .put("instance", row.instance())
                .put("state", row.state())
                .put("appended", row.appended())
                .put("published", row.published())
                .put("stored", row.stored())
                .put("missing", row.missing())
                .put("heartbeatAt", row.heartbeat().toString());
        Instant oldestPending = row.oldestPending();
        if (oldestPending != null) {
            json.put("oldestPendingAt", oldestPending.toString());
        }
        SourceRow.Abandoned abandoned = row.abandoned();
        if (abandoned != null) {
            json.put("abandonedBy", abandoned.by())
                    .put("abandonedReason", abandoned.reason())
                    .put("abandonedAt", abandoned.at().toString())
                    .put("knownGap", abandoned.knownGap());
        }
        return json;
    }
}
