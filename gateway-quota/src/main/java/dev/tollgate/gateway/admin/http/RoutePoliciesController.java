package dev.tollgate.gateway.admin.http;

import dev.tollgate.gateway.admin.RoutePolicyRow;
import dev.tollgate.gateway.admin.postgres.RoutePolicyTable;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Route policies of everybody and of single tenants.
@RestController
public final class RoutePoliciesController {

    private static final String EVERYBODY = "/v1/route-policies";
    private static final String TENANTS = TenantsController.TENANT + "/route-policies";
    private static final String POLICY = "/{policy}";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");

    private final Desk desk;

    public RoutePoliciesController(Desk desk) {
        this.desk = desk;
    }

    @GetMapping({EVERYBODY, TENANTS})
    ResponseEntity<byte[]> list(
            @PathVariable(name = "tenantId", required = false) @Nullable String tenantId,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        String after = Parameters.after(cursor);
        return desk.read(connection -> {
            if (tenantId != null) {
                TenantsController.find(connection, tenantId);
            }
            return Page.of(
                    RoutePolicyTable.page(connection, tenantId, after, size + 1),
                    size,
                    row -> row,
                    RoutePolicyRow::policy);
        });
    }

    @PutMapping({EVERYBODY + POLICY, TENANTS + POLICY})
    ResponseEntity<byte[]> set(
            @PathVariable(name = "tenantId", required = false) @Nullable String tenantId,
            @PathVariable("policy") String policy,
            HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, QuotaJson.OF_ROUTES, (connection, actor, body) -> {
            if (tenantId != null) {
                TenantsController.find(connection, tenantId);
            }
            RoutePolicyTable.set(connection, tenantId, named(policy), QuotaJson.columns(body.present()), actor);
            return desk.made(
                    HttpStatus.OK,
                    RoutePolicyTable.find(connection, tenantId, policy).orElseThrow());
        });
    }

    @DeleteMapping({EVERYBODY + POLICY, TENANTS + POLICY})
    ResponseEntity<byte[]> remove(
            @PathVariable(name = "tenantId", required = false) @Nullable String tenantId,
            @PathVariable("policy") String policy,
            HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, Set.of(), (connection, actor, body) -> {
            if (tenantId != null) {
                TenantsController.find(connection, tenantId);
            }
            if (!RoutePolicyTable.set(connection, tenantId, named(policy), null, actor)) {
                throw Desk.notFound("route policy " + policy);
            }
            return Desk.nothing();
        });
    }

    private static String named(String policy) {
        if (!NAME.matcher(policy).matches()) {
            throw Desk.notFound("route policy " + policy + ", since a name matches " + NAME);
        }
        return policy;
    }
}
