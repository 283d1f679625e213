package dev.tollgate.billing.run.http;

import dev.tollgate.billing.http.Parameters;
import dev.tollgate.billing.http.ProblemException;
import dev.tollgate.schema.access.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.time.YearMonth;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The body of a wish to start a run: `{"month":"2015-05"}`, and nothing else.
final class RunRequest {

    static final int BODY_BYTES_MAX = 4_096;

    /// Printable ASCII.
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,128}");

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RunRequest() {}

    /// Reads no more than `BODY_BYTES_MAX`.
    static YearMonth month(InputStream in) throws IOException {
        byte[] body = in.readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) {
            throw ProblemException.of(ProblemType.BODY_TOO_LARGE, "the body may have " + BODY_BYTES_MAX + " bytes");
        }
        JsonNode node = parse(body);
        if (!node.isObject()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the body must be a JSON object");
        }
        for (String name : node.propertyNames()) {
            if (!name.equals("month")) {
                throw ProblemException.field(name, "is not a member of this body");
            }
        }
        JsonNode month = node.path("month");
        if (!month.isString()) {
            throw ProblemException.field("month", "must be a string");
        }
        return Parameters.month(month.stringValue());
    }

    static @Nullable String idempotencyKey(@Nullable String header) {
        if (header != null && !IDEMPOTENCY_KEY.matcher(header).matches()) {
            throw ProblemException.field("Idempotency-Key", "must be 1 to 128 printable ASCII characters");
        }
        return header;
    }

    private static JsonNode parse(byte[] body) {
        try {
            return STRICT.readTree(body);
        } catch (JacksonException malformed) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST, "the body is not JSON: " + malformed.getOriginalMessage());
        }
    }
}
