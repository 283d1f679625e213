package dev.tollgate.gateway.token.jose;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Members of a token's JSON, read without ever guessing. A member that is absent or `null` is null; one of another
/// form than asked for throws.
final class Claims {

    private static final long SECONDS_MAX = 253_402_300_799L;

    /// A member is not of the form that it must have.
    static final class FormException extends Exception {
        private static final long serialVersionUID = 1L;

        FormException(String message) {
            super(message, null, false, false);
        }
    }

    private final Map<String, Object> members;

    Claims(Map<String, Object> members) {
        this.members = members;
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    @Nullable
    String text(String name) throws FormException {
        return switch (members.get(name)) {
            case null -> null;
            case String text -> text;
            default -> throw new FormException(name + " is not a text");
        };
    }

    /// A text, or a whole number as its digits.
    @Nullable
    String identifier(String name) throws FormException {
        return switch (members.get(name)) {
            case null -> null;
            case String text -> text;
            case Long number -> Long.toString(number);
            case Integer number -> Integer.toString(number);
            default -> throw new FormException(name + " is neither a text nor a whole number");
        };
    }

    /// A `NumericDate` as epoch milliseconds, fractions of a millisecond cut off; null when absent.
    @Nullable
    Long momentMs(String name) throws FormException {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        double seconds = value instanceof Number number ? number.doubleValue() : Double.NaN;
        if (!(seconds >= 0 && seconds <= SECONDS_MAX)) {
            throw new FormException(name + " is not a number of seconds since 1970");
        }
        return value instanceof Long whole ? whole * 1_000 : (long) (seconds * 1_000);
    }

    /// A text or a list of texts; empty when absent.
    List<?> texts(String name) throws FormException {
        return switch (members.get(name)) {
            case null -> List.of();
            case String one -> List.of(one);
            case List<?> several -> several;
            default -> throw new FormException(name + " is neither a text nor a list");
        };
    }
}
