package dev.tollgate.gateway.admin.http;

import dev.tollgate.gateway.admin.SourceRow;
import dev.tollgate.gateway.admin.postgres.SourceTable;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Sources of events.
@RestController
public final class SourcesController {

    private static final String SOURCES = "/v1/sources";

    private final Desk desk;

    public SourcesController(Desk desk) {
        this.desk = desk;
    }

    @GetMapping(SOURCES)
    ResponseEntity<byte[]> list(
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        int size = Parameters.limit(limit);
        String after = Parameters.after(cursor);
        return desk.read(connection ->
                Page.of(SourceTable.page(connection, after, size + 1), size, row -> row, SourceRow::source));
    }

    @PostMapping(SOURCES + "/{source}/abandon")
    ResponseEntity<byte[]> abandon(@PathVariable("source") String source, HttpServletRequest request)
            throws SQLException, IOException {
        return desk.write(request, Set.of("reason"), (connection, actor, body) -> {
            SourceTable.abandon(connection, source, body.text("reason", Desk.REASON_CHARS_MAX), actor);
            return desk.made(
                    HttpStatus.OK, SourceTable.find(connection, source).orElseThrow(() -> Desk.notFound("source")));
        });
    }
}
