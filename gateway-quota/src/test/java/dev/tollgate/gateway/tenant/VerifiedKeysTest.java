package dev.tollgate.gateway.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.access.key.ApiKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class VerifiedKeysTest {

    private final ApiKey.Presented key = ApiKey.generate(RandomGenerator.getDefault());
    private final ApiKey.Presented other = ApiKey.generate(RandomGenerator.getDefault());
    private final AtomicReference<TenantCatalog> catalog = new AtomicReference<>(Catalogs.of(1, key, 1_000));
    private final AtomicLong nowMs = new AtomicLong();
    private final VerifiedKeys keys = new VerifiedKeys(catalog::get, nowMs::get);

    @Test
    void aRememberedKeyIsAnsweredWithoutAnotherVerification() {
        TenantLookup first = keys.find(key.text());
        assertThat(first).isInstanceOf(TenantLookup.Found.class);
        assertThat(keys.find(key.text())).isSameAs(first);
    }

    @Test
    void anotherSecretIsNoMatchForARememberedKey() {
        assertThat(keys.find(key.text())).isInstanceOf(TenantLookup.Found.class);
        assertThat(keys.find(new ApiKey.Presented(key.id(), other.secret()).text()))
                .isInstanceOf(TenantLookup.Unknown.class);
        assertThat(keys.find(key.text() + "x")).isInstanceOf(TenantLookup.Unknown.class);
        assertThat(keys.find("")).isInstanceOf(TenantLookup.Unknown.class);
    }

    @Test
    void aRememberedKeyEndsWithItsTimeAndWithItsCatalog() {
        assertThat(keys.find(key.text())).isInstanceOf(TenantLookup.Found.class);
        nowMs.set(1_000);
        assertThat(keys.find(key.text())).isInstanceOf(TenantLookup.Unknown.class);
        nowMs.set(0);
        catalog.set(new TenantCatalog(1, Map.of(), Set.of("acme"), Map.of()));
        assertThat(keys.find(key.text())).isInstanceOf(TenantLookup.Unknown.class);
    }
}
