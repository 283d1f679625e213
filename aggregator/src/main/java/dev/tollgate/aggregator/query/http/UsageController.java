package dev.tollgate.aggregator.query.http;

import dev.tollgate.aggregator.query.InvalidUsageQueryException;
import dev.tollgate.aggregator.query.LiveUsage;
import dev.tollgate.aggregator.query.UsageQuery;
import dev.tollgate.aggregator.query.UsageResult;
import dev.tollgate.aggregator.query.postgres.PostgresLiveUsage;
import dev.tollgate.aggregator.query.postgres.PostgresUsage;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// What a tenant used, and what its quotas hold now.
@RestController
public final class UsageController {

    /// The next page's cursor where the body, CSV, has no place for it.
    static final String NEXT_CURSOR = "X-Next-Cursor";

    private static final MediaType CSV = MediaType.parseMediaType("text/csv;charset=UTF-8;header=present");
    private static final Set<String> USAGE =
            Set.of("tenant", "from", "to", "window", "timeZone", "groupBy", "format", "cursor", "limit");
    private static final Set<String> LIVE = Set.of("tenant");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Caller caller;
    private final PostgresUsage usage;
    private final PostgresLiveUsage live;

    public UsageController(Caller caller, PostgresUsage usage, PostgresLiveUsage live) {
        this.caller = caller;
        this.usage = usage;
        this.live = live;
    }

    @GetMapping("/v1/usage")
    ResponseEntity<byte[]> usage(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept,
            HttpServletRequest request)
            throws SQLException {
        UsageParameters parameters = new UsageParameters(request.getParameterMap(), USAGE);
        String tenant = caller.tenant(authorization, parameters.text("tenant"));
        boolean csv = parameters.csv(accept);
        UsageQuery query = query(tenant, parameters);
        return switch (usage.page(query, UsageCursor.place(query, parameters.text("cursor")))) {
            case UsageResult.Found found -> answer(query, found, csv);
            case UsageResult.TooMuch tooMuch ->
                throw ProblemException.of(
                        ProblemType.QUERY_TOO_LARGE,
                        "the usage of " + tenant + " could not be added up in "
                                + tooMuch.timeout().toMillis()
                                + " ms: ask for a shorter range, fewer rows, or no groups");
            case UsageResult.Archived(var month) ->
                throw ProblemException.of(
                        ProblemType.RAW_ARCHIVED,
                        "of " + month + " only whole UTC hours are kept: ask for windows made of them, without groups");
        };
    }

    @GetMapping("/v1/usage/live")
    ResponseEntity<byte[]> live(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            HttpServletRequest request)
            throws SQLException {
        UsageParameters parameters = new UsageParameters(request.getParameterMap(), LIVE);
        String tenant = caller.tenant(authorization, parameters.text("tenant"));
        LiveUsage found = live.now(tenant)
                .orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND, "tenant " + tenant + " has no limits"));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(JSON.writeValueAsBytes(LiveView.of(tenant, found)));
    }

    private UsageQuery query(String tenant, UsageParameters parameters) throws SQLException {
        int limit = Parameters.limit(parameters.text("limit"));
        Optional<ZoneId> asked = parameters.zone();
        ZoneId zone = asked.isPresent()
                ? asked.get()
                : usage.timeZone(tenant).map(ZoneId::of).orElse(ZoneOffset.UTC);
        try {
            return new UsageQuery(
                    tenant,
                    parameters.moment("from"),
                    parameters.moment("to"),
                    parameters.window(),
                    zone,
                    parameters.groupBy(),
                    limit);
        } catch (InvalidUsageQueryException invalid) {
            throw ProblemException.field(invalid.field(), String.valueOf(invalid.getMessage()));
        }
    }

    private static ResponseEntity<byte[]> answer(UsageQuery query, UsageResult.Found found, boolean csv) {
        String next = UsageCursor.text(query, found.next());
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.ok().cacheControl(CacheControl.noStore()).varyBy(HttpHeaders.ACCEPT);
        if (next != null) {
            answer.header(NEXT_CURSOR, next);
        }
        return csv
                ? answer.contentType(CSV).body(UsageCsv.write(query, found.rows()))
                : answer.contentType(MediaType.APPLICATION_JSON)
                        .body(JSON.writeValueAsBytes(UsageView.of(query, found.rows(), next)));
    }
}
