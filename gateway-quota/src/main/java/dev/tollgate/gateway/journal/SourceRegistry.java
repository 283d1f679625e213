package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The public record of sources, by which billing knows that nothing is missing. Every method is one statement and
/// throws `SourcesUnavailableException` when the database is away.
public interface SourceRegistry {

    /// Registers all sources of a lane; those that exist stay as they are.
    void open(String laneId, long heartbeatMs);

    /// The registered ones among the sources.
    Map<String, SourceState> states(Collection<String> sources);

    /// What ingest has stored of the sources; a source without an event stored is absent.
    Map<String, SourceSequences> stored(Collection<String> sources);

    /// Per partition, the offset up to which ingest has read the topic with that id; -1 where it has not begun.
    long[] ingestOffsets(String topicId);

    /// Writes signs of life; sources that are no longer open stay as they are.
    void heartbeat(List<SourceReport> reports);

    /// Ends the sources that are still open.
    void seal(List<SourceSeal> seals);
}
