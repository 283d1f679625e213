package dev.tollgate.gateway.tenant;

import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A directory that remembers the keys it has verified, so that a key that keeps coming is hashed once per catalog.
/// One thread owns an instance.
///
/// A remembered key holds for as long as the catalog it was verified with: a revoked key is gone with the next one.
/// Its place follows from its public id only, and the whole text is compared in a time that does not depend on where
/// texts differ; so the time of an answer tells which ids were seen lately, and nothing of a secret. The secrets of the
/// remembered keys stand in this process's memory, where those of requests in progress stand anyway.
public final class VerifiedKeys implements TenantDirectory {

    /// Keys remembered, a power of two; two with the same place take turns.
    static final int PLACES = 4_096;

    private static final int ID_BEGIN = 3;
    private static final int ID_END = 15;

    private record Verified(String presented, TenantLookup.Found found, long expiresAtMs) {}

    private final Supplier<TenantCatalog> catalogs;
    private final LongSupplier epochMs;
    private final @Nullable Verified[] places = new @Nullable Verified[PLACES];
    private TenantCatalog verifiedWith = TenantCatalog.EMPTY;

    /// @param catalogs the catalog in force
    /// @param epochMs the time by which keys expire
    public VerifiedKeys(Supplier<TenantCatalog> catalogs, LongSupplier epochMs) {
        this.catalogs = catalogs;
        this.epochMs = epochMs;
    }

    @Override
    public TenantLookup find(String presentedKey) {
        TenantCatalog catalog = catalogs.get();
        if (catalog != verifiedWith) {
            Arrays.fill(places, null);
            verifiedWith = catalog;
        }
        long nowMs = epochMs.getAsLong();
        int place = place(presentedKey);
        Verified held = places[place];
        if (held != null && isSame(held.presented(), presentedKey) && nowMs < held.expiresAtMs()) {
            return held.found();
        }
        TenantLookup answer = catalog.find(presentedKey, nowMs);
        if (answer instanceof TenantLookup.Found found) {
            places[place] = new Verified(presentedKey, found, catalog.expiresAtMs(found.keyId()));
        }
        return answer;
    }

    @Override
    public TenantLookup findTenant(String tenantId) {
        return catalogs.get().findTenant(tenantId);
    }

    private static int place(String presentedKey) {
        int hash = 0;
        int end = Math.min(ID_END, presentedKey.length());
        for (int i = ID_BEGIN; i < end; i++) {
            hash = 31 * hash + presentedKey.charAt(i);
        }
        return (hash ^ hash >>> 12) & (PLACES - 1);
    }

    private static boolean isSame(String held, String presented) {
        if (held.length() != presented.length()) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < held.length(); i++) {
            difference |= held.charAt(i) ^ presented.charAt(i);
        }
        return difference == 0;
    }
}
