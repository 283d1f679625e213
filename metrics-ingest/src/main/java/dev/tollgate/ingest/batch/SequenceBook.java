package dev.tollgate.ingest.batch;

import dev.tollgate.schema.contract.SourceSequences;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The sequences of the sources that were read lately, as stored. A batch works on copies and hands them back
/// once they are committed. One thread owns an instance.
final class SequenceBook {

    static final int SOURCES_MAX = 4_096;

    private final Map<String, SourceSequences> stored = new LinkedHashMap<>(64, 0.75f, true);

    /// Working copies of those sources, loading what is not at hand. A source that nobody has seen starts empty.
    Map<String, SourceSequences> copies(
            Set<String> sources, Function<Collection<String>, Map<String, SourceSequences>> load) {
        List<String> absent =
                sources.stream().filter(source -> !stored.containsKey(source)).toList();
        if (!absent.isEmpty()) {
            stored.putAll(load.apply(absent));
        }
        Map<String, SourceSequences> copies = new HashMap<>();
        for (String source : sources) {
            SourceSequences known = stored.get(source);
            copies.put(source, known == null ? new SourceSequences() : known.copy());
        }
        return copies;
    }

    /// Takes over what was committed.
    void committed(Map<String, SourceSequences> sequences) {
        stored.putAll(sequences);
        var eldest = stored.entrySet().iterator();
        for (int surplus = stored.size() - SOURCES_MAX; surplus > 0; surplus--) {
            eldest.next();
            eldest.remove();
        }
    }

    /// Forgets everything; whatever another session may have changed is read again.
    void clear() {
        stored.clear();
    }
}
