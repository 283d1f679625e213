package dev.tollgate.schema.database;

import java.util.List;

/// The database lacks migrations that this version needs.
public final class SchemaOutdatedException extends RuntimeException {

    private final transient List<String> missing;

    SchemaOutdatedException(List<String> missing) {
        super("the database's schema is older than this service: it lacks " + String.join(", ", missing)
                + "; run migrate (dev.tollgate.schema.database.Migrate) before the services start");
        this.missing = List.copyOf(missing);
    }

    /// File names, oldest first.
    public List<String> missing() {
        return missing;
    }
}
