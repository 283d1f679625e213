package dev.tollgate.gateway.proxy;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Chooses the target of each request: of those that are not set aside the one with the fewest requests in flight,
/// in turn where several have. When all are set aside they are all used: health alone refuses nobody.
///
/// Belongs to its event loop.
public final class TargetChoice {

    /// Routes and targets that are remembered; the routes file may change them any number of times.
    static final int ROUTES_MAX = 2 * RouteTable.ROUTES_MAX;

    static final int TARGETS_MAX = 10_000;

    private final UpstreamSettings settings;
    private final Map<UpstreamTarget, TargetHealth> targets = new HashMap<>();
    private final Map<Route, Rotation> rotations = new IdentityHashMap<>();

    public TargetChoice(UpstreamSettings settings) {
        this.settings = settings;
    }

    /// A route's targets, and which of them is asked first.
    private static final class Rotation {

        private final List<TargetHealth> targets;
        private int first;

        Rotation(List<TargetHealth> targets) {
            this.targets = targets;
        }

        TargetHealth next(long nowNanos, @Nullable TargetHealth failed) {
            TargetHealth open = least(nowNanos, failed, true);
            TargetHealth chosen = open != null ? open : least(nowNanos, failed, false);
            return chosen != null ? chosen : targets.getFirst();
        }

        private @Nullable TargetHealth least(long nowNanos, @Nullable TargetHealth failed, boolean onlyOpen) {
            TargetHealth least = null;
            int at = first;
            int chosen = at;
            for (int i = 0; i < targets.size(); i++) {
                TargetHealth target = targets.get(at);
                boolean fits = target != failed && (!onlyOpen || target.isOpen(nowNanos));
                if (fits && (least == null || target.inFlight() < least.inFlight())) {
                    least = target;
                    chosen = at;
                }
                at = at + 1 == targets.size() ? 0 : at + 1;
            }
            if (least != null) {
                first = chosen + 1 == targets.size() ? 0 : chosen + 1;
            }
            return least;
        }
    }

    /// @param failed the target at which the same request has failed; another one is preferred
    public TargetHealth.Use choose(Route route, TargetHealth.@Nullable Use failed, long nowNanos) {
        Rotation rotation = rotations.get(route);
        if (rotation == null) {
            rotation = remember(route);
        }
        return rotation.next(nowNanos, failed == null ? null : failed.health()).begin();
    }

    private Rotation remember(Route route) {
        if (rotations.size() >= ROUTES_MAX) {
            rotations.clear();
        }
        if (targets.size() >= TARGETS_MAX) {
            targets.clear();
        }
        Rotation rotation = new Rotation(route.upstreams().stream()
                .map(target -> targets.computeIfAbsent(target, added -> new TargetHealth(added, settings)))
                .toList());
        rotations.put(route, rotation);
        return rotation;
    }
}
