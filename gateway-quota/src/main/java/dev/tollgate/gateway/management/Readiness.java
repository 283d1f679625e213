package dev.tollgate.gateway.management;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Named states of the gateway. Those that are required must be good for it to serve; the others are shown.
///
/// Filled while the service starts, then only read; `snapshot` is safe for all threads.
public final class Readiness {

    /// One state: good or not, with a word for people.
    public record State(boolean good, String detail) {}

    private record Check(boolean required, Supplier<State> state) {}

    private final Map<String, Check> checks = new LinkedHashMap<>();

    public void require(String name, Supplier<State> state) {
        checks.put(name, new Check(true, state));
    }

    public void show(String name, Supplier<State> state) {
        checks.put(name, new Check(false, state));
    }

    /// All states at this moment.
    public Snapshot snapshot() {
        Map<String, State> states = new LinkedHashMap<>();
        boolean ready = true;
        for (Map.Entry<String, Check> each : checks.entrySet()) {
            State state = each.getValue().state().get();
            states.put(each.getKey(), state);
            ready &= state.good() || !each.getValue().required();
        }
        return new Snapshot(ready, states);
    }

    public record Snapshot(boolean ready, Map<String, State> states) {}
}
