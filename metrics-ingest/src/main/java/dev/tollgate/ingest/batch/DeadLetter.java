package dev.tollgate.ingest.batch;

import dev.tollgate.schema.contract.FieldRules;
import java.nio.charset.StandardCharsets;

/// A record that cannot be used, and why.
///
/// @param field JSON name of the field at fault, or `$`
/// @param reason continues the field's name to a sentence
public record DeadLetter(LogRecord origin, String field, String reason) {

    /// The tenant, for log lines: the record's key where that can be one.
    public String tenant() {
        byte[] key = origin.key();
        if (key == null || key.length > FieldRules.TENANT_ID_CHARS_MAX) {
            return "unknown";
        }
        String text = new String(key, StandardCharsets.UTF_8);
        return FieldRules.isTenantId(text) ? text : "unknown";
    }
}
