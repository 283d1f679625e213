package dev.tollgate.billing.run.http;

import dev.tollgate.schema.access.web.JsonBody;
import dev.tollgate.schema.access.web.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.time.YearMonth;
import java.util.Set;

/// The body of a wish to start a run: `{"month":"2015-05"}`, and nothing else.
final class RunRequest {

    static final int BODY_BYTES_MAX = 4_096;

    private static final int MONTH_CHARS_MAX = 16;

    private RunRequest() {}

    /// Reads no more than `BODY_BYTES_MAX`.
    static YearMonth month(InputStream in) throws IOException {
        return Parameters.month(
                JsonBody.read(in, BODY_BYTES_MAX).only(Set.of("month")).text("month", MONTH_CHARS_MAX));
    }
}
