package dev.tollgate.aggregator.topology;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Values being worked on, in front of a store: a value is read once, changed in place as often as need be and written
/// once per commit. Holds at most `valuesMax` values after each `write`; in between, one more per distinct key.
///
/// One thread owns an instance.
final class WorkingSet<K, V> {

    private final int valuesMax;
    private final Function<K, @Nullable V> load;
    private final Function<K, V> create;
    private final Map<K, V> values = new LinkedHashMap<>(64, 0.75f, true);
    private final Set<K> changed = new HashSet<>();

    WorkingSet(int valuesMax, Function<K, @Nullable V> load, Function<K, V> create) {
        this.valuesMax = valuesMax;
        this.load = load;
        this.create = create;
    }

    /// The value, a fresh one when there is none.
    V get(K key) {
        V value = find(key);
        if (value == null) {
            value = create.apply(key);
            values.put(key, value);
        }
        return value;
    }

    /// The value, or null when there is none.
    @Nullable
    V find(K key) {
        V value = values.get(key);
        if (value == null) {
            value = load.apply(key);
            if (value != null) {
                values.put(key, value);
            }
        }
        return value;
    }

    /// Says that the value of this key, which `get` or `find` gave, was changed.
    void markChanged(K key) {
        changed.add(key);
    }

    int changedCount() {
        return changed.size();
    }

    /// Hands over what was changed and drops what was not used for longest.
    void write(BiConsumer<K, V> writer) {
        for (K key : changed) {
            writer.accept(key, get(key));
        }
        changed.clear();
        var eldest = values.keySet().iterator();
        for (int surplus = values.size() - valuesMax; surplus > 0; surplus--) {
            eldest.next();
            eldest.remove();
        }
    }

    /// Drops the unchanged values of matching keys.
    void forgetIf(Predicate<K> matches) {
        values.keySet().removeIf(key -> !changed.contains(key) && matches.test(key));
    }
}
