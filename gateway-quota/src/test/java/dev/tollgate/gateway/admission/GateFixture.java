package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.gateway.admission.postgres.PostgresQuotaLedger;
import dev.tollgate.testing.net.FaultProxy;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Gates over one real ledger, which the test can take away from them.
public final class GateFixture implements AutoCloseable {

    private final GatewayDatabase database;
    private final FaultProxy network;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private int gates;

    public GateFixture(GatewayDatabase database) {
        this.database = database;
        URI server = URI.create(database.url().substring("jdbc:".length()));
        this.network = FaultProxy.to(server.getHost(), server.getPort());
    }

    /// The way from all gates to the ledger.
    public FaultProxy network() {
        return network;
    }

    /// A gate that is started, in a process of its own as the ledger sees it.
    public LeasedQuotaGate gate(ReserveStore store) {
        URI server = URI.create(database.url().substring("jdbc:".length()));
        String url = "jdbc:postgresql://127.0.0.1:" + network.port() + server.getPath();
        PostgresQuotaLedger ledger =
                new PostgresQuotaLedger(url, GatewayDatabase.GATEWAY_ROLE, null, "gate-" + ++gates);
        LeasedQuotaGate gate = new LeasedQuotaGate(
                ledger, ledger, new LedgerClock(InstantSource.system(), System::nanoTime), System::nanoTime, store);
        opened.addFirst(ledger);
        opened.addFirst(gate);
        gate.start();
        return gate;
    }

    /// Has a gate noticed that the ledger is away?
    public void cut(LeasedQuotaGate... gates) {
        network.blackhole();
        for (LeasedQuotaGate gate : gates) {
            dev.tollgate.testing.Await.until(
                    "the gate misses the ledger", java.time.Duration.ofSeconds(10), gate::isLedgerAway);
        }
    }

    @Override
    public void close() throws Exception {
        network.pass();
        for (AutoCloseable each : opened) {
            each.close();
        }
        network.close();
    }
}
