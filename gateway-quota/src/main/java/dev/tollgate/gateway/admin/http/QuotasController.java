package dev.tollgate.gateway.admin.http;

import dev.tollgate.gateway.admin.AssignmentRow;
import dev.tollgate.gateway.admin.PlanRow;
import dev.tollgate.gateway.admin.QuotaRow;
import dev.tollgate.gateway.admin.postgres.QuotaTable;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Plans, and the plans and limits of tenants over time.
@RestController
public final class QuotasController {

    private static final String QUOTAS = TenantsController.TENANT + "/quotas";
    private static final int PLAN_CHARS_MAX = 64;
    private static final int DAY_CHARS_MAX = 16;

    private final Desk desk;

    public QuotasController(Desk desk) {
        this.desk = desk;
    }

    @GetMapping("/v1/plans")
    ResponseEntity<byte[]> plans(
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        String after = Parameters.after(cursor);
        return desk.read(
                connection -> Page.of(QuotaTable.plans(connection, after, size + 1), size, row -> row, PlanRow::plan));
    }

    @GetMapping(TenantsController.TENANT + "/plans")
    ResponseEntity<byte[]> assignments(
            @PathVariable("tenantId") String tenantId,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        List<String> place = Parameters.after(cursor, 1);
        LocalDate before = place.isEmpty() ? null : Parameters.day(place.getFirst(), "cursor");
        return desk.read(connection -> {
            TenantsController.find(connection, tenantId);
            List<AssignmentRow> rows = QuotaTable.assignments(connection, tenantId, before, size + 1);
            return Page.of(rows, size, row -> List.of(row.from().toString()));
        });
    }

    @GetMapping(QUOTAS)
    ResponseEntity<byte[]> quotas(
            @PathVariable("tenantId") String tenantId,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        List<String> place = Parameters.after(cursor, 1);
        Instant before = place.isEmpty()
                ? null
                : Parameters.optionalMoment(place.getFirst(), "cursor").orElse(null);
        return desk.read(connection -> {
            TenantsController.find(connection, tenantId);
            List<QuotaRow> rows = QuotaTable.quotas(connection, tenantId, before, size + 1);
            return Page.of(rows, size, row -> List.of(row.from().toString()));
        });
    }

    @PostMapping(QUOTAS)
    ResponseEntity<byte[]> change(@PathVariable("tenantId") String tenantId, HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, Set.of("plan", "from", "overrides"), (connection, actor, body) -> {
            UUID id = QuotaTable.change(
                    connection,
                    Parameters.tenant(tenantId),
                    body.present().optionalText("plan", PLAN_CHARS_MAX).orElse(null),
                    body.optionalText("from", DAY_CHARS_MAX)
                            .map(day -> Parameters.day(day, "from"))
                            .orElse(null),
                    QuotaJson.overrides(body),
                    actor);
            return desk.made(
                    HttpStatus.CREATED,
                    QuotaTable.quota(connection, tenantId, id).orElseThrow());
        });
    }

    @DeleteMapping(QUOTAS + "/{quotaId}")
    ResponseEntity<byte[]> cancel(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("quotaId") String quotaId,
            HttpServletRequest request)
            throws SQLException, IOException {
        UUID id = Parameters.id(quotaId, "quotas");
        return desk.write(request, Set.of(), (connection, actor, body) -> {
            QuotaTable.cancel(connection, Parameters.tenant(tenantId), id, actor);
            return Desk.nothing();
        });
    }
}
