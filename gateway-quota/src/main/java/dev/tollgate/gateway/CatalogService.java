package dev.tollgate.gateway;

import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.management.Readiness;
import dev.tollgate.gateway.tenant.CatalogCopy;
import dev.tollgate.gateway.tenant.file.CatalogSnapshot;
import dev.tollgate.gateway.tenant.file.SnapshotKeeper;
import dev.tollgate.gateway.tenant.postgres.PostgresTenantDirectory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tenants and how the gateway comes to know them: from the database when it answers soon, else from the snapshot
/// of an earlier process, which serves until the database answers; without either the start waits.
///
/// A schema that is older than the gateway stops the start. When it shows later, after a start from the snapshot, the
/// gateway goes on with what it has but is not ready, so that a load balancer sends traffic elsewhere; it becomes ready
/// by itself once the schema is migrated.
final class CatalogService {

    /// How long the database may take to answer when there is a snapshot.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(CatalogService.class);

    private final DatabaseGreeting greeting;
    private final PostgresTenantDirectory tenants;
    private final CatalogSnapshot snapshot;
    private final SnapshotKeeper keeper;
    private final LedgerClock clock;

    CatalogService(
            DatabaseGreeting greeting,
            PostgresTenantDirectory tenants,
            CatalogSnapshot snapshot,
            SnapshotKeeper keeper,
            LedgerClock clock) {
        this.greeting = greeting;
        this.tenants = tenants;
        this.snapshot = snapshot;
        this.keeper = keeper;
        this.clock = clock;
    }

    PostgresTenantDirectory tenants() {
        return tenants;
    }

    /// Returns once tenants can be found.
    ///
    /// @throws SQLException when there is no snapshot and the database did not answer within that time
    void start(Duration atMost) throws SQLException {
        keeper.start();
        greeting.start();
        try {
            boolean answered = greeting.await(PATIENCE);
            tenants.start();
            if (answered && tenants.awaitLoad(PATIENCE)) {
                return;
            }
            Optional<CatalogCopy> copy = snapshot.read();
            if (copy.isPresent()) {
                serve(copy.get());
            } else {
                await(atMost);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for PostgreSQL", interrupted);
        }
    }

    private void serve(CatalogCopy copy) {
        clock.assume(copy.ledgerOffsetMs());
        tenants.serve(copy);
        log.warn(
                "PostgreSQL does not answer: {} tenants and {} keys of revision {} are served from the snapshot",
                copy.catalog().tenants().size(),
                copy.catalog().keys().size(),
                copy.catalog().revision());
    }

    private void await(Duration atMost) throws SQLException, InterruptedException {
        log.warn("there is no snapshot of the tenants: the start waits for PostgreSQL");
        if (!greeting.await(atMost) || !tenants.awaitLoad(atMost)) {
            throw new SQLException("PostgreSQL did not answer within tollgate.gateway.start-timeout, " + atMost
                    + ", and there is no snapshot of the tenants");
        }
    }

    /// Tells how the catalog stands.
    void describe(Readiness readiness) {
        readiness.require("schema", () -> switch (greeting.schema()) {
            case CURRENT -> new Readiness.State(true, "current");
            case OUTDATED -> new Readiness.State(false, "older than this gateway");
            case UNKNOWN -> new Readiness.State(tenants.revision() > 0, "unknown, PostgreSQL has not answered yet");
        });
        readiness.require("tenants", () -> {
            long revision = tenants.revision();
            String origin = tenants.isLoaded() ? "" : " from snapshot";
            return new Readiness.State(revision > 0, "revision " + revision + origin);
        });
        readiness.show("snapshot", () -> {
            String fault = keeper.fault();
            return new Readiness.State(fault.isEmpty(), fault.isEmpty() ? "kept" : fault);
        });
    }

    void stop() {
        tenants.close();
        keeper.close();
        greeting.close();
    }
}
