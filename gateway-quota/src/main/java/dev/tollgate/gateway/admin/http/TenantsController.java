package dev.tollgate.gateway.admin.http;

import dev.tollgate.gateway.admin.TenantRow;
import dev.tollgate.gateway.admin.postgres.TenantTable;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Tenants.
@RestController
public final class TenantsController {

    static final String TENANTS = "/v1/tenants";
    static final String TENANT = TENANTS + "/{tenantId}";

    private static final int NAME_CHARS_MAX = 200;
    private static final int ZONE_CHARS_MAX = 64;
    private static final int PLAN_CHARS_MAX = 64;
    private static final int DAY_CHARS_MAX = 16;
    private static final String DEFAULT_ZONE = "UTC";

    /// Clients resolve these in a path before they send it (RFC 3986, section 5.2.4).
    private static final Set<String> DOT_SEGMENTS = Set.of(".", "..");

    private final Desk desk;

    public TenantsController(Desk desk) {
        this.desk = desk;
    }

    @GetMapping(TENANTS)
    ResponseEntity<byte[]> list(
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        String after = Parameters.after(cursor);
        return desk.read(connection ->
                Page.of(TenantTable.page(connection, after, size + 1), size, row -> row, TenantRow::tenantId));
    }

    @PostMapping(TENANTS)
    ResponseEntity<byte[]> create(HttpServletRequest request) throws SQLException, IOException {
        Set<String> members = Set.of("tenantId", "name", "timeZone", "plan", "from", "overrides");
        return desk.write(request, members, (connection, actor, body) -> {
            String tenantId = body.text("tenantId", NAME_CHARS_MAX);
            if (DOT_SEGMENTS.contains(tenantId)) {
                throw ProblemException.field("tenantId", "must not be a dot segment: clients drop it from paths");
            }
            if (Parameters.optionalTenant(tenantId).isEmpty()
                    || !TenantTable.register(
                            connection,
                            tenantId,
                            body.text("name", NAME_CHARS_MAX),
                            body.optionalText("timeZone", ZONE_CHARS_MAX).orElse(DEFAULT_ZONE),
                            body.text("plan", PLAN_CHARS_MAX),
                            body.optionalText("from", DAY_CHARS_MAX)
                                    .map(day -> Parameters.day(day, "from"))
                                    .orElse(null),
                            QuotaJson.overrides(body),
                            actor)) {
                throw ProblemException.of(ProblemType.CONFLICT, "there is a tenant " + tenantId);
            }
            return desk.made(HttpStatus.CREATED, find(connection, tenantId));
        });
    }

    @GetMapping(TENANT)
    ResponseEntity<byte[]> get(@PathVariable("tenantId") String tenantId) throws SQLException {
        return desk.read(connection -> find(connection, tenantId));
    }

    @PatchMapping(TENANT)
    ResponseEntity<byte[]> patch(@PathVariable("tenantId") String tenantId, HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, Set.of("name", "timeZone"), (connection, actor, body) -> {
            TenantTable.change(
                    connection,
                    Parameters.tenant(tenantId),
                    body.optionalText("name", NAME_CHARS_MAX).orElse(null),
                    body.optionalText("timeZone", ZONE_CHARS_MAX).orElse(null),
                    null,
                    null,
                    actor);
            return desk.made(HttpStatus.OK, find(connection, tenantId));
        });
    }

    @PostMapping(TENANT + "/suspend")
    ResponseEntity<byte[]> suspend(@PathVariable("tenantId") String tenantId, HttpServletRequest request)
            throws SQLException, IOException {
        return status(tenantId, "suspended", request);
    }

    @PostMapping(TENANT + "/activate")
    ResponseEntity<byte[]> activate(@PathVariable("tenantId") String tenantId, HttpServletRequest request)
            throws SQLException, IOException {
        return status(tenantId, "active", request);
    }

    private ResponseEntity<byte[]> status(String tenantId, String status, HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, Set.of("reason"), (connection, actor, body) -> {
            TenantTable.change(
                    connection,
                    Parameters.tenant(tenantId),
                    null,
                    null,
                    status,
                    body.optionalText("reason", Desk.REASON_CHARS_MAX).orElse(null),
                    actor);
            return desk.made(HttpStatus.OK, find(connection, tenantId));
        });
    }

    /// The tenant, or the problem that there is none.
    static TenantRow find(Connection connection, String tenantId) throws SQLException {
        return TenantTable.find(connection, Parameters.tenant(tenantId))
                .orElseThrow(() -> Desk.notFound("tenant " + tenantId));
    }
}
