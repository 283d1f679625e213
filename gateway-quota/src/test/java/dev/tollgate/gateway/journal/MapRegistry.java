package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A registry in memory.
final class MapRegistry implements SourceRegistry {

    final Map<String, SourceState> states = new HashMap<>();
    final Map<String, SourceSequences> stored = new HashMap<>();
    final Map<String, SourceReport> reports = new HashMap<>();
    final Map<String, SourceSeal> seals = new HashMap<>();

    @Override
    public void open(String laneId, long heartbeatMs) {
        LaneSources.sourcesOf(laneId).forEach(source -> states.putIfAbsent(source, new SourceState(true, heartbeatMs)));
    }

    @Override
    public Map<String, SourceState> states(Collection<String> sources) {
        return Map.copyOf(states);
    }

    @Override
    public Map<String, SourceSequences> stored(Collection<String> sources) {
        return Map.copyOf(stored);
    }

    @Override
    public void heartbeat(List<SourceReport> news) {
        news.forEach(report -> reports.put(report.source(), report));
    }

    @Override
    public void seal(List<SourceSeal> news) {
        news.forEach(seal -> seals.putIfAbsent(seal.source(), seal));
    }
}
