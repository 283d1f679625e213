package dev.tollgate.console;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the console, checked at start.
///
/// @param database where usage is read, as role `tollgate_console`
@ConfigurationProperties("tollgate.console")
public record ConsoleProperties(Database database) {

    /// @param poolSizeMax connections at most
    public record Database(
            @DefaultValue("jdbc:postgresql://127.0.0.1:5432/tollgate")
            String url,

            @DefaultValue("tollgate_console") String user,
            @DefaultValue("") String password,
            @DefaultValue("4") int poolSizeMax) {
        public Database {
            if (!url.startsWith("jdbc:postgresql:")) {
                throw new IllegalArgumentException(
                        "tollgate.console.database.url must begin with jdbc:postgresql: but is " + url);
            }
            if (poolSizeMax < 1) {
                throw new IllegalArgumentException(
                        "tollgate.console.database.pool-size-max must be at least 1 but is " + poolSizeMax);
            }
        }
    }
}
