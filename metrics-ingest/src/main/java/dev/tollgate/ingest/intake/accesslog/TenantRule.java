package dev.tollgate.ingest.intake.accesslog;

import dev.tollgate.schema.contract.FieldRules;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Who the tenant of a request is. Characters that a tenant's id cannot have become `-`, and what is longer than
/// an id is cut.
public sealed interface TenantRule {

    /// The tenant's id, or nothing when the line does not tell.
    Optional<String> tenantOf(LogLine line);

    /// The client's address is the tenant.
    record ByAddress() implements TenantRule {
        @Override
        public Optional<String> tenantOf(LogLine line) {
            return id(line.host());
        }
    }

    /// The authenticated user is the tenant.
    record ByUser() implements TenantRule {
        @Override
        public Optional<String> tenantOf(LogLine line) {
            return id(line.user());
        }
    }

    /// The first group of an expression that is found in the path.
    record ByPath(Pattern pattern) implements TenantRule {
        @Override
        public Optional<String> tenantOf(LogLine line) {
            return firstGroup(pattern, line.path());
        }
    }

    /// The first group of an expression that is found in the client's address or name.
    record ByHost(Pattern pattern) implements TenantRule {
        @Override
        public Optional<String> tenantOf(LogLine line) {
            return firstGroup(pattern, line.host());
        }
    }

    /// Reads `address`, `user`, `path:REGEX` or `host:REGEX`; throws `IllegalArgumentException` with the reason.
    static TenantRule parse(String text) {
        if (text.equals("address")) {
            return new ByAddress();
        }
        if (text.equals("user")) {
            return new ByUser();
        }
        if (text.startsWith("path:")) {
            return new ByPath(pattern(text.substring("path:".length())));
        }
        if (text.startsWith("host:")) {
            return new ByHost(pattern(text.substring("host:".length())));
        }
        throw new IllegalArgumentException("the tenant must be address, user, path:REGEX or host:REGEX, not " + text);
    }

    private static Pattern pattern(String expression) {
        try {
            Pattern pattern = Pattern.compile(expression);
            if (pattern.matcher("").groupCount() < 1) {
                throw new IllegalArgumentException("the expression " + expression + " needs a group: (...)");
            }
            return pattern;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("the expression " + expression + " is malformed: " + e.getMessage(), e);
        }
    }

    private static Optional<String> firstGroup(Pattern pattern, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? id(matcher.group(1)) : Optional.empty();
    }

    private static Optional<String> id(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), FieldRules.TENANT_ID_CHARS_MAX); i++) {
            String one = text.substring(i, i + 1);
            id.append(FieldRules.isTenantId(one) ? one : "-");
        }
        return Optional.of(id.toString());
    }
}
