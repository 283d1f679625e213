package dev.tollgate.gateway.admission;

import java.util.List;

/// A gateway that uses its leases at random moments up to their end, and its reserves while the ledger is away; that
/// loses answers, repeats what it asked, settles and books late, and crashes. It keeps the rule that a life counts from
/// the first send. A request takes a token of the tenant's row and, over some routes, one of a route policy's row: both
/// or none.
final class SimulatedGateway {

    private final SimulatedPage tenants;
    private final SimulatedPage routes;
    private String name;
    private int crashes;

    SimulatedGateway(String name, SimulatedPage tenants, SimulatedPage routes) {
        this.name = name;
        this.tenants = tenants;
        this.routes = routes;
    }

    String name() {
        return name;
    }

    List<SimulatedPage> pages() {
        return List.of(tenants, routes);
    }

    /// The process dies; another takes its place.
    void crash() {
        pages().forEach(SimulatedPage::crash);
        name = name + "." + ++crashes;
    }

    /// Lets up to `requests` pass now.
    void use(int requests, boolean overTheRoute, long nowUs, long clockUs, boolean away) {
        List<SimulatedPage> taken = overTheRoute ? pages() : List.of(tenants);
        for (int i = 0; i < requests; i++) {
            if (!taken.stream().allMatch(page -> page.canUse(nowUs, clockUs, away))) {
                return;
            }
            taken.forEach(page -> page.use(nowUs, clockUs));
        }
    }
}
