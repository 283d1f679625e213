package dev.tollgate.aggregator.fold;

import dev.tollgate.schema.contract.RouteUsage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An hour's sums by route, by the rule of `RouteUsage`: the first `ROUTES_MAX` routes have a part of their own, what
/// has no route is `NONE`, the rest is `OTHER`. Which routes are the first is the log's order, so events must be added
/// in that order: from the log, and from raw rows by their position.
///
/// Mutable; one thread owns an instance.
final class RouteTotals {

    private final Map<String, RouteSums> named = new LinkedHashMap<>();
    private @Nullable RouteSums none;
    private @Nullable RouteSums other;

    void add(Measurement event) {
        String route = event.route();
        part(route == null || route.isEmpty() ? RouteUsage.NONE : route).add(event);
    }

    private RouteSums part(String route) {
        RouteSums known = named.get(route);
        if (known != null) {
            return known;
        }
        if (route.equals(RouteUsage.NONE)) {
            return none == null ? none = new RouteSums() : none;
        }
        if (named.size() == RouteUsage.ROUTES_MAX || route.equals(RouteUsage.OTHER)) {
            return other == null ? other = new RouteSums() : other;
        }
        RouteSums sums = new RouteSums();
        named.put(route, sums);
        return sums;
    }

    /// As published: the named ones by first appearance, then `NONE` and `OTHER`.
    List<RouteUsage> toUsages() {
        List<RouteUsage> usages = new ArrayList<>(named.size() + 2);
        parts().forEach((route, sums) -> usages.add(sums.toUsage(route)));
        return usages;
    }

    static RouteTotals of(List<RouteUsage> usages) {
        RouteTotals totals = new RouteTotals();
        usages.forEach(usage -> totals.put(usage.route(), RouteSums.of(usage)));
        return totals;
    }

    private Map<String, RouteSums> parts() {
        Map<String, RouteSums> parts = new LinkedHashMap<>(named);
        if (none != null) {
            parts.put(RouteUsage.NONE, none);
        }
        if (other != null) {
            parts.put(RouteUsage.OTHER, other);
        }
        return parts;
    }

    private void put(String route, RouteSums sums) {
        switch (route) {
            case RouteUsage.NONE -> none = sums;
            case RouteUsage.OTHER -> other = sums;
            default -> named.put(route, sums);
        }
    }

    /// The local form: the number of parts, then of each the length of its name, the name and its sums.
    byte[] toState() {
        Map<String, RouteSums> parts = parts();
        List<byte[]> names = new ArrayList<>(parts.size());
        int bytes = Integer.BYTES;
        for (String route : parts.keySet()) {
            byte[] name = route.getBytes(StandardCharsets.UTF_8);
            names.add(name);
            bytes += Integer.BYTES + name.length + RouteSums.STATE_BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).putInt(parts.size());
        int i = 0;
        for (RouteSums sums : parts.values()) {
            byte[] name = names.get(i++);
            out.putInt(name.length).put(name);
            sums.write(out);
        }
        return out.array();
    }

    /// Reads `toState` and leaves what follows it.
    static RouteTotals read(ByteBuffer in) {
        RouteTotals totals = new RouteTotals();
        for (int parts = in.getInt(); parts > 0; parts--) {
            byte[] name = new byte[in.getInt()];
            in.get(name);
            totals.put(new String(name, StandardCharsets.UTF_8), RouteSums.read(in));
        }
        return totals;
    }
}
