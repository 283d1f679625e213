package dev.tollgate.schema.database;

import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What to migrate, as whom, and what to provision with it.
///
/// @param url JDBC URL of the database
/// @param user a superuser: roles are made, one of them with BYPASSRLS
/// @param password of that user, absent where the server trusts it
/// @param tenantContextKey HMAC key of signed tenant context, at least 32 bytes; absent leaves what is stored, which
///     in a new database is a random key that nobody knows
/// @param rolePasswords by role name (`tollgate_gateway`, …); roles that are not named keep what they have
/// @param clock says which months of raw events get their partitions
public record MigrateOptions(
        String url,
        String user,
        @Nullable String password,
        byte @Nullable [] tenantContextKey,
        Map<String, String> rolePasswords,
        InstantSource clock) {

    public static final int TENANT_CONTEXT_KEY_BYTES_MIN = 32;

    public MigrateOptions {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("the URL must start with jdbc:postgresql:");
        }
        if (user.isBlank()) {
            throw new IllegalArgumentException("the user is blank");
        }
        if (tenantContextKey != null) {
            if (tenantContextKey.length < TENANT_CONTEXT_KEY_BYTES_MIN) {
                throw new IllegalArgumentException(
                        "the tenant context key is shorter than " + TENANT_CONTEXT_KEY_BYTES_MIN + " bytes");
            }
            tenantContextKey = tenantContextKey.clone();
        }
        rolePasswords = Map.copyOf(rolePasswords);
        for (String role : rolePasswords.keySet()) {
            if (!LoginRole.isName(role)) {
                throw new IllegalArgumentException("no login role is named " + role);
            }
        }
    }

    /// A migration by the machine's clock, as a user without a password, that provisions no secrets.
    public static MigrateOptions of(String url, String user) {
        return new MigrateOptions(url, user, null, null, Map.of(), InstantSource.system());
    }

    public MigrateOptions withPassword(String newPassword) {
        return new MigrateOptions(url, user, newPassword, tenantContextKey, rolePasswords, clock);
    }

    public MigrateOptions withTenantContextKey(byte[] key) {
        return new MigrateOptions(url, user, password, key, rolePasswords, clock);
    }

    public MigrateOptions withRolePasswords(Map<String, String> passwords) {
        return new MigrateOptions(url, user, password, tenantContextKey, passwords, clock);
    }

    public MigrateOptions withClock(InstantSource newClock) {
        return new MigrateOptions(url, user, password, tenantContextKey, rolePasswords, newClock);
    }

    @Override
    public byte @Nullable [] tenantContextKey() {
        return tenantContextKey == null ? null : tenantContextKey.clone();
    }

    /// The URL without its parameters, which may hold a password.
    String address() {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    /// Without the secrets.
    @Override
    public String toString() {
        return "MigrateOptions[url=" + address() + ", user=" + user + ", passwords of " + rolePasswords.keySet() + "]";
    }
}
