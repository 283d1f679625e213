package dev.tollgate.testing.http;

import java.util.Locale;

/// One response as a raw client saw it.
///
/// @param head from the status line to the empty line
/// @param body without its chunked framing
/// @param whole whether it ended where its head said; a body that ends with the connection is whole
public record Answer(int status, String head, String body, boolean whole) {

    /// The response's field lines, in lower case.
    public String fields() {
        return head.toLowerCase(Locale.ROOT);
    }
}
