package dev.tollgate.gateway.admin.http;

import dev.tollgate.gateway.admin.KeyRow;
import dev.tollgate.gateway.admin.Made;
import dev.tollgate.gateway.admin.postgres.KeyTable;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Keys of tenants. A key's text is in the first answer only: it is stored nowhere, so a repeat under the same
/// `Idempotency-Key` is answered 200 without it.
@RestController
public final class KeysController {

    private static final String KEYS = TenantsController.TENANT + "/keys";
    private static final String KEY = KEYS + "/{keyId}";
    private static final int SCOPES_MAX = 8;
    private static final int SCOPE_CHARS_MAX = 32;
    private static final int MOMENT_CHARS_MAX = 40;
    private static final long OVERLAP_SECONDS_MAX = Duration.ofDays(30).toSeconds();
    private static final long OVERLAP_SECONDS_DEFAULT = Duration.ofDays(1).toSeconds();
    private static final List<String> DEFAULT_SCOPES = List.of("traffic");

    /// @param key the whole text
    record NewKey(String key, KeyRow about) {}

    private final Desk desk;
    private final RandomGenerator random;

    /// @param random cryptographically strong
    public KeysController(Desk desk, RandomGenerator random) {
        this.desk = desk;
        this.random = random;
    }

    @GetMapping(KEYS)
    ResponseEntity<byte[]> list(
            @PathVariable("tenantId") String tenantId,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        String after = Parameters.after(cursor);
        return desk.read(connection -> {
            TenantsController.find(connection, tenantId);
            return Page.of(KeyTable.page(connection, tenantId, after, size + 1), size, row -> row, KeyRow::keyId);
        });
    }

    @PostMapping(KEYS)
    ResponseEntity<byte[]> create(@PathVariable("tenantId") String tenantId, HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, Set.of("scopes", "expiresAt"), (connection, actor, body) -> {
            Instant expiresAt = Parameters.optionalMoment(
                            body.optionalText("expiresAt", MOMENT_CHARS_MAX).orElse(null), "expiresAt")
                    .orElse(null);
            List<String> scopes =
                    body.optionalTexts("scopes", SCOPES_MAX, SCOPE_CHARS_MAX).orElse(DEFAULT_SCOPES);
            return add(connection, Parameters.tenant(tenantId), scopes, expiresAt, actor);
        });
    }

    @PostMapping(KEY + "/rotate")
    ResponseEntity<byte[]> rotate(
            @PathVariable("tenantId") String tenantId, @PathVariable("keyId") String keyId, HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, Set.of("overlapSeconds", "expiresAt"), (connection, actor, body) -> {
            Instant expiresAt = Parameters.optionalMoment(
                            body.optionalText("expiresAt", MOMENT_CHARS_MAX).orElse(null), "expiresAt")
                    .orElse(null);
            long overlap = body.optionalNumber("overlapSeconds", 0, OVERLAP_SECONDS_MAX)
                    .orElse(OVERLAP_SECONDS_DEFAULT);
            KeyRow old = find(connection, tenantId, keyId);
            KeyTable.expire(connection, tenantId, keyId, overlap, actor);
            return add(connection, tenantId, old.scopes(), expiresAt, actor);
        });
    }

    @PostMapping(KEY + "/revoke")
    ResponseEntity<byte[]> revoke(
            @PathVariable("tenantId") String tenantId, @PathVariable("keyId") String keyId, HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, Set.of("reason"), (connection, actor, body) -> {
            find(connection, tenantId, keyId);
            String reason = body.optionalText("reason", Desk.REASON_CHARS_MAX).orElse(null);
            KeyTable.revoke(connection, tenantId, keyId, reason, actor);
            return desk.made(HttpStatus.OK, find(connection, tenantId, keyId));
        });
    }

    private Made add(
            Connection connection, String tenantId, List<String> scopes, @Nullable Instant expiresAt, String actor)
            throws SQLException {
        ApiKey.Presented key = ApiKey.generate(random);
        KeyTable.add(connection, tenantId, key, scopes, expiresAt, actor);
        KeyRow row = find(connection, tenantId, key.id());
        return desk.shownOnce(HttpStatus.CREATED, new NewKey(key.text(), row), HttpStatus.OK, new Repeated(row));
    }

    /// @param about the key that the first request made
    record Repeated(KeyRow about) {}

    private static KeyRow find(Connection connection, String tenantId, String keyId) throws SQLException {
        return KeyTable.find(connection, Parameters.tenant(tenantId), keyId)
                .orElseThrow(() -> Desk.notFound("key " + keyId + " of tenant " + tenantId));
    }
}
