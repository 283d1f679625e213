package dev.tollgate.gateway.admin.http;

import dev.tollgate.gateway.admin.AuditRow;
import dev.tollgate.gateway.admin.Dashboard;
import dev.tollgate.gateway.admin.RouteRow;
import dev.tollgate.gateway.admin.ViolationRow;
import dev.tollgate.gateway.admin.postgres.QuotaTable;
import dev.tollgate.gateway.admin.postgres.UsageTable;
import dev.tollgate.gateway.admin.postgres.UsageTable.ViolationFilter;
import dev.tollgate.gateway.admin.postgres.UsageTable.ViolationPlace;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What is used, denied, routed and changed; and the dashboard.
@RestController
public final class UsageController {

    private static final int VIOLATION_PLACE_PARTS = 3;

    private final Desk desk;
    private final Supplier<List<RouteRow>> routes;

    /// @param routes of the table in force
    public UsageController(Desk desk, Supplier<List<RouteRow>> routes) {
        this.desk = desk;
        this.routes = routes;
    }

    @GetMapping("/v1/routes")
    ResponseEntity<byte[]> routes() {
        return desk.answer(new Page<>(routes.get(), null));
    }

    @GetMapping(TenantsController.TENANT + "/usage")
    ResponseEntity<byte[]> usage(@PathVariable("tenantId") String tenantId) throws SQLException {
        return desk.read(connection -> {
            TenantsController.find(connection, tenantId);
            return new Page<>(UsageTable.now(connection, tenantId), null);
        });
    }

    @GetMapping("/api/admin/metrics/{tenantId}")
    ResponseEntity<byte[]> dashboard(@PathVariable("tenantId") String tenantId) throws SQLException {
        return desk.read(connection -> {
            TenantsController.find(connection, tenantId);
            String tier = QuotaTable.tierNow(connection, tenantId)
                    .orElseThrow(() -> Desk.notFound("limit in force for tenant " + tenantId));
            return Dashboard.of(tenantId, tier, UsageTable.now(connection, tenantId));
        });
    }

    @GetMapping(TenantsController.TENANT + "/violations")
    ResponseEntity<byte[]> violations(
            @PathVariable("tenantId") String tenantId,
            @RequestParam(name = "quota", required = false) @Nullable String quota,
            @RequestParam(name = "route", required = false) @Nullable String route,
            @RequestParam(name = "from", required = false) @Nullable String from,
            @RequestParam(name = "until", required = false) @Nullable String until,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        ViolationFilter filter = new ViolationFilter(
                Parameters.filter(quota, "quota"),
                Parameters.filter(route, "route"),
                Parameters.optionalMoment(from, "from").orElse(null),
                Parameters.optionalMoment(until, "until").orElse(null));
        ViolationPlace before = place(Parameters.after(cursor, VIOLATION_PLACE_PARTS));
        return desk.read(connection -> {
            TenantsController.find(connection, tenantId);
            List<ViolationRow> rows = UsageTable.violations(connection, tenantId, filter, before, size + 1);
            return Page.of(rows, size, row -> List.of(row.violatedAt().toString(), row.quota(), row.route()));
        });
    }

    @GetMapping("/v1/audit")
    ResponseEntity<byte[]> audit(
            @RequestParam(name = "tenant", required = false) @Nullable String tenant,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        String tenantId = Parameters.optionalTenant(tenant).orElse(null);
        long before = auditPlace(Parameters.after(cursor, 1));
        return desk.read(connection -> {
            List<AuditRow> rows = UsageTable.audit(connection, tenantId, before, size + 1);
            return Page.of(rows, size, row -> List.of(Long.toString(row.auditId())));
        });
    }

    private static @Nullable ViolationPlace place(List<String> parts) {
        if (parts.isEmpty()) {
            return null;
        }
        Instant at = Parameters.optionalMoment(parts.getFirst(), "cursor").orElseThrow();
        return new ViolationPlace(at, parts.get(1), parts.get(2));
    }

    private static long auditPlace(List<String> parts) {
        try {
            return parts.isEmpty() ? Long.MAX_VALUE : Long.parseLong(parts.getFirst());
        } catch (NumberFormatException foreign) {
            ProblemException refused = Parameters.badCursor();
            refused.initCause(foreign);
            throw refused;
        }
    }
}
