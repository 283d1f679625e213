package dev.tollgate.gateway.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which trailer fields pass the gateway: not those that concern framing, routing, credentials or the meaning of the
/// content (RFC 9110, section 6.5.1), which a reader could take for fields of the head, and none that the gateway
/// writes or reads itself.
public final class TrailerFields {

    private static final Set<String> NEVER = Set.of(
            "authorization",
            "cache-control",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "date",
            "expect",
            "expires",
            "host",
            "location",
            "max-forwards",
            "range",
            "retry-after",
            "set-cookie",
            "vary",
            "www-authenticate",
            "x-api-key",
            "x-request-id");

    private static final List<String> PREFIXES =
            List.of("x-tenant-", "x-forwarded-", "if-", "ratelimit", "x-ratelimit-");

    private TrailerFields() {}

    /// @param sent in any case; `_` is taken for `-`
    public static boolean passes(String sent) {
        String name = sent.toLowerCase(Locale.ROOT).replace('_', '-');
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return false;
            }
        }
        return !HopByHopHeaders.isHopByHop(name) && !ForwardedHeaders.isForwarded(name) && !NEVER.contains(name);
    }

    /// The names of `Trailer` fields that pass, as the value of one; empty for none.
    public static String announced(List<String> trailerFields) {
        StringBuilder names = new StringBuilder();
        for (String field : trailerFields) {
            for (String part : field.split(",", -1)) {
                String name = part.strip();
                if (!name.isEmpty() && passes(name)) {
                    names.append(names.isEmpty() ? "" : ", ").append(name);
                }
            }
        }
        return names.toString();
    }

    /// Whether `TE` fields say that trailers are read.
    public static boolean accepted(List<String> teFields) {
        for (String field : teFields) {
            for (String part : field.split(",", -1)) {
                if (part.strip().equalsIgnoreCase("trailers")) {
                    return true;
                }
            }
        }
        return false;
    }
}
