package dev.tollgate.client;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// What the intake answered to a batch.
sealed interface IntakeAnswer {

    /// @param refused how many of its events will never be taken
    record Taken(int refused) implements IntakeAnswer {}

    /// The batch as a whole will never be taken; a smaller one may be.
    record TooLarge() implements IntakeAnswer {}

    /// The batch as a whole will never be taken.
    record Refused(int status) implements IntakeAnswer {}

    /// The same batch may be taken later: nobody answered, the intake is busy, or the key is not known to it (now).
    record Later(String reason) implements IntakeAnswer {}

    JsonFactory JSON = JsonFactory.builder().build();

    static IntakeAnswer of(int status, byte[] body) {
        return switch (status) {
            case 200, 202 -> new Taken(0);
            case 207 -> new Taken(refusedIn(body));
            case 413 -> new TooLarge();
            case 401, 403, 404, 408, 425, 429 -> new Later("status " + status);
            default -> status >= 500 || status < 400 ? new Later("status " + status) : new Refused(status);
        };
    }

    private static int refusedIn(byte[] body) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("refused")) {
                    return json.getIntValue();
                }
                json.skipChildren();
            }
            return 0;
        } catch (JacksonException e) {
            return 0;
        }
    }
}
