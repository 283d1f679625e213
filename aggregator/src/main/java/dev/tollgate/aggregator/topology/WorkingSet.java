package dev.tollgate.aggregator.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Values being worked on, in front of a store. All records between two commits that concern one key are folded into
/// one value: it is read once, changed in place as often as need be and written once. Holds at most `valuesMax` values
/// after each `write`; in between, one more per distinct key.
///
/// One thread owns an instance.
final class WorkingSet<K, V> {

    private final int valuesMax;
    private final Function<K, @Nullable V> load;
    private final Function<K, V> create;
    private final Map<K, Entry<K, V>> entries = new LinkedHashMap<>(64, 0.75f, true);
    private final List<Entry<K, V>> changed = new ArrayList<>();

    /// A value in its place, so that who changed it can say so without looking it up again. Good until the next
    /// `write` or `forgetIf`.
    static final class Entry<K, V> {
        private final K key;
        private final V value;
        private boolean changed;

        private Entry(K key, V value) {
            this.key = key;
            this.value = value;
        }

        V value() {
            return value;
        }
    }

    WorkingSet(int valuesMax, Function<K, @Nullable V> load, Function<K, V> create) {
        this.valuesMax = valuesMax;
        this.load = load;
        this.create = create;
    }

    /// The value's place, with a fresh value when there is none.
    Entry<K, V> get(K key) {
        Entry<K, V> entry = find(key);
        return entry == null ? put(key, create.apply(key)) : entry;
    }

    /// The value's place, or null when there is no value.
    @Nullable
    Entry<K, V> find(K key) {
        Entry<K, V> entry = entries.get(key);
        if (entry != null) {
            return entry;
        }
        V value = load.apply(key);
        return value == null ? null : put(key, value);
    }

    private Entry<K, V> put(K key, V value) {
        Entry<K, V> entry = new Entry<>(key, value);
        entries.put(key, entry);
        return entry;
    }

    /// Says that the value there was changed.
    void markChanged(Entry<K, V> entry) {
        if (!entry.changed) {
            entry.changed = true;
            changed.add(entry);
        }
    }

    int changedCount() {
        return changed.size();
    }

    /// Hands over what was changed and drops what was not used for longest.
    void write(BiConsumer<K, V> writer) {
        for (Entry<K, V> entry : changed) {
            writer.accept(entry.key, entry.value);
            entry.changed = false;
        }
        changed.clear();
        var eldest = entries.keySet().iterator();
        for (int surplus = entries.size() - valuesMax; surplus > 0; surplus--) {
            eldest.next();
            eldest.remove();
        }
    }

    /// Drops the unchanged values of matching keys.
    void forgetIf(Predicate<K> matches) {
        entries.values().removeIf(entry -> !entry.changed && matches.test(entry.key));
    }
}
