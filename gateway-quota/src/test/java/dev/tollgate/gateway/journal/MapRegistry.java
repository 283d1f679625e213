package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.util.Arrays;
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
    final Map<String, long[]> ingestOffsets = new HashMap<>();
    boolean away;

    @Override
    public void open(String laneId, long heartbeatMs) {
        away(laneId);
        LaneSources.sourcesOf(laneId).forEach(source -> states.putIfAbsent(source, new SourceState(true, heartbeatMs)));
    }

    @Override
    public Map<String, SourceState> states(Collection<String> sources) {
        return away(Map.copyOf(states));
    }

    @Override
    public Map<String, SourceSequences> stored(Collection<String> sources) {
        return away(Map.copyOf(stored));
    }

    @Override
    public long[] ingestOffsets(String topicId) {
        return away(ingestOffsets.getOrDefault(topicId, notBegun()));
    }

    private static long[] notBegun() {
        long[] offsets = new long[Topics.PARTITIONS];
        Arrays.fill(offsets, -1);
        return offsets;
    }

    private <T> T away(T answer) {
        if (away) {
            throw new SourcesUnavailableException(new IllegalStateException("the test says so"));
        }
        return answer;
    }

    @Override
    public void heartbeat(List<SourceReport> news) {
        away(news);
        news.forEach(report -> reports.put(report.source(), report));
    }

    @Override
    public void seal(List<SourceSeal> news) {
        away(news);
        news.forEach(seal -> seals.putIfAbsent(seal.source(), seal));
    }
}
