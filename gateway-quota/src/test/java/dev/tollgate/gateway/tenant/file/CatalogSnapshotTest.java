package dev.tollgate.gateway.tenant.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.tenant.CatalogCopy;
import dev.tollgate.gateway.tenant.Catalogs;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantCatalog;
import dev.tollgate.gateway.tenant.TenantLookup;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.process.Classpaths;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogSnapshotTest {

    private static final long EXPIRES_MS = 5_000;

    private final ApiKey.Presented key = ApiKey.generate(RandomGenerator.getDefault());
    private final CatalogCopy copy =
            new CatalogCopy(Catalogs.of(7, key, EXPIRES_MS), new StorageState(Map.of("acme", 88_000_000L)), -3_600_000);
    private final Path folder;
    private final CatalogSnapshot snapshot;

    CatalogSnapshotTest(@TempDir Path parent) {
        folder = parent.resolve("state").resolve("snapshot");
        snapshot = new CatalogSnapshot(folder);
    }

    @Test
    void whatWasWrittenIsReadAndExpiredKeysStayExpired() throws IOException {
        assertThat(snapshot.read()).isEmpty();
        snapshot.write(copy);
        CatalogCopy read = snapshot.read().orElseThrow();
        TenantCatalog catalog = read.catalog();
        assertThat(read.ledgerOffsetMs()).isEqualTo(-3_600_000);
        assertThat(catalog.revision()).isEqualTo(7);
        assertThat(catalog.tenants()).isEqualTo(copy.catalog().tenants());
        assertThat(catalog.keys()).isEqualTo(copy.catalog().keys());
        assertThat(catalog.inactive()).containsExactly("frozen");
        assertThat(read.storage()).isEqualTo(copy.storage());
        assertThat(catalog.find(key.text(), EXPIRES_MS - 1)).isInstanceOf(TenantLookup.Found.class);
        assertThat(catalog.find(key.text(), EXPIRES_MS)).isInstanceOf(TenantLookup.Unknown.class);
    }

    @Test
    void onlyItsOwnerMayReadItAndNoSecretStandsInIt() throws IOException {
        snapshot.write(copy);
        Path file = folder.resolve(CatalogSnapshot.NAME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .contains(key.id())
                .doesNotContain(key.secret());
    }

    @Test
    void aFileThatIsCutOrChangedAnywhereIsRefused() throws IOException {
        snapshot.write(copy);
        Path file = folder.resolve(CatalogSnapshot.NAME);
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            Files.write(file, Arrays.copyOf(good, at));
            assertThat(snapshot.read()).as("cut at byte %s", at).isEmpty();
            byte[] changed = good.clone();
            changed[at] ^= 0x10;
            Files.write(file, changed);
            assertThat(snapshot.read()).as("changed at byte %s", at).isEmpty();
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        assertThat(snapshot.read()).isEmpty();
    }

    @Test
    void aWriteThatWasCutShortLeavesTheOneBefore() throws IOException {
        snapshot.write(copy);
        byte[] half = Arrays.copyOf(Files.readAllBytes(folder.resolve(CatalogSnapshot.NAME)), 60);
        Files.write(folder.resolve(CatalogSnapshot.UNFINISHED_NAME), half);
        assertThat(snapshot.read()).isPresent();
        snapshot.write(new CatalogCopy(Catalogs.of(8, key, EXPIRES_MS), StorageState.EMPTY, 0));
        assertThat(snapshot.read().orElseThrow().catalog().revision()).isEqualTo(8);
    }

    /// Killed as soon as a seeded number of snapshots has been written: in the midst of the next ones.
    @Test
    void aProcessKilledWhileItWritesLeavesAWholeSnapshot() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        long seen = 0;
        try (ServiceProcess writer = ServiceLauncher.of("snapshot-writer")
                .mainClass(SnapshotWriterMain.class.getName())
                .classpath(Classpaths.current())
                .smallJvm("64m")
                .arguments(folder.toString())
                .logFile(folder.resolveSibling("writer.log"))
                .start()) {
            long killAt = random.nextLong(1, 40);
            writer.awaitWhileAlive(
                    "snapshot " + killAt + " of seed " + seed, Duration.ofSeconds(20), () -> revision() >= killAt);
            writer.kill9();
            seen = killAt;
        }
        CatalogCopy left = snapshot.read().orElseThrow();
        assertThat(left.catalog().revision()).as("seed %s", seed).isGreaterThanOrEqualTo(seen);
        assertThat(left.catalog().tenants()).as("seed %s", seed).hasSize(SnapshotWriterMain.TENANTS);
    }

    private long revision() {
        return snapshot.read().map(each -> each.catalog().revision()).orElse(0L);
    }

    @Test
    void manyTenantsShareWhatTheyHaveInCommon() throws IOException {
        Map<String, Tenant> tenants = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            tenants.put("tenant-" + i, Catalogs.tenant("tenant-" + i));
        }
        snapshot.write(new CatalogCopy(new TenantCatalog(1, tenants, Set.of(), Map.of()), StorageState.EMPTY, 0));
        Map<String, Tenant> read = snapshot.read().orElseThrow().catalog().tenants();
        assertThat(read).isEqualTo(tenants);
        Tenant one = Objects.requireNonNull(read.get("tenant-1"));
        Tenant two = Objects.requireNonNull(read.get("tenant-2"));
        assertThat(one.policy()).isSameAs(two.policy());
        assertThat(one.routePolicies()).isSameAs(two.routePolicies());
        assertThat(one.timeZone()).isSameAs(two.timeZone());
        assertThat(one.features()).isSameAs(two.features());
    }

    @Test
    void theKeeperWritesTheLatestOffer() {
        try (SnapshotKeeper keeper = new SnapshotKeeper(snapshot, () -> 5, System::nanoTime)) {
            keeper.start();
            keeper.offer(Catalogs.of(1, key, EXPIRES_MS), StorageState.EMPTY);
            Await.until(
                    "the first is kept",
                    Duration.ofSeconds(5),
                    () -> snapshot.read().isPresent());
            keeper.offer(Catalogs.of(2, key, EXPIRES_MS), StorageState.EMPTY);
            keeper.offer(Catalogs.of(3, key, EXPIRES_MS), StorageState.EMPTY);
        }
        assertThat(snapshot.read().orElseThrow().catalog().revision()).isEqualTo(3);
    }
}
