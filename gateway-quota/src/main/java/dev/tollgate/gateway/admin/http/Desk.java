package dev.tollgate.gateway.admin.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tollgate.gateway.admin.Made;
import dev.tollgate.gateway.admin.WriteOutcome;
import dev.tollgate.gateway.admin.postgres.AdminDatabase;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.JsonBody;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/// Answers reads with JSON, and writes once per `Idempotency-Key`.
public final class Desk {

    static final int BODY_BYTES_MAX = 8_192;
    static final int REASON_CHARS_MAX = 500;

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";

    /// Makes a change in the connection's transaction.
    interface Change {
        Made make(Connection connection, String actor, JsonBody body) throws SQLException;
    }

    private final AdminDatabase database;
    private final JsonMapper json = JsonMapper.builder()
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    public Desk(AdminDatabase database) {
        this.database = database;
    }

    ResponseEntity<byte[]> read(AdminDatabase.Query<?> query) throws SQLException {
        return answer(database.read(query));
    }

    ResponseEntity<byte[]> answer(Object view) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(json.writeValueAsBytes(view));
    }

    /// @param members that the body may have
    ResponseEntity<byte[]> write(HttpServletRequest request, Set<String> members, Change change)
            throws SQLException, IOException {
        JsonBody body = JsonBody.readOptional(request, BODY_BYTES_MAX).only(members);
        String actor = OperatorGate.operatorOf(request).name();
        AdminDatabase.Write write = new AdminDatabase.Write(
                actor, Parameters.idempotencyKey(request.getHeader(IDEMPOTENCY_KEY)), hash(request, body.bytes()));
        return switch (database.once(write, connection -> change.make(connection, actor, body))) {
            case WriteOutcome.Answered answered -> answered(answered);
            case WriteOutcome.Refused(WriteOutcome.Reason reason, String detail) -> throw refused(reason, detail);
            case WriteOutcome.KeyReused() ->
                throw ProblemException.of(
                        ProblemType.IDEMPOTENCY_KEY_REUSED, "this key was sent with another request before");
        };
    }

    Made made(HttpStatus status, Object view) {
        return Made.of(status.value(), json.writeValueAsString(view));
    }

    /// What is shown once: the repeat is answered without it.
    Made shownOnce(HttpStatus status, Object view, HttpStatus repeatedStatus, Object repeatedView) {
        return new Made(
                status.value(),
                json.writeValueAsString(view),
                repeatedStatus.value(),
                json.writeValueAsString(repeatedView));
    }

    static Made nothing() {
        return Made.of(HttpStatus.NO_CONTENT.value(), "");
    }

    static ProblemException notFound(String what) {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no " + what);
    }

    private static ResponseEntity<byte[]> answered(WriteOutcome.Answered answered) {
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(answered.status()).cacheControl(CacheControl.noStore());
        if (answered.repeated()) {
            response.header(REPLAYED, "true");
        }
        return answered.body().isEmpty()
                ? response.build()
                : response.contentType(MediaType.APPLICATION_JSON)
                        .body(answered.body().getBytes(StandardCharsets.UTF_8));
    }

    private static ProblemException refused(WriteOutcome.Reason reason, String detail) {
        ProblemType type = switch (reason) {
            case NOT_FOUND -> ProblemType.NOT_FOUND;
            case CONFLICT -> ProblemType.CONFLICT;
            case INVALID -> ProblemType.INVALID_FIELD;
        };
        return ProblemException.of(type, detail);
    }

    private static byte[] hash(HttpServletRequest request, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String head = request.getMethod() + " " + request.getRequestURI() + "\n";
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            return digest.digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
