package io.botmesh.runner;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** The handlers that wait for an update, by their keys. Holds no lock. */
final class Parking<U> {
    private final SequencedSet<Parked<U>> all = new LinkedHashSet<>();
    private final Map<Object, SequencedSet<Parked<U>>> byKey = new HashMap<>();

    void add(Parked<U> parked) {
        all.add(parked);
        for (Object key : parked.keys)
            if (!key.equals(JournaledCustody.SUSPECT)) // it says nothing about what belongs together
            byKey.computeIfAbsent(key, none -> new LinkedHashSet<>(2)).add(parked);
    }

    void remove(Parked<U> parked) {
        all.remove(parked);
        for (Object key : parked.keys) {
            var same = byKey.get(key);
            if (same == null) continue;
            same.remove(parked);
            if (same.isEmpty()) byKey.remove(key);
        }
    }

    /** Those that share a key, the one that came last first. */
    List<Parked<U>> sharing(List<?> keys) {
        if (byKey.isEmpty()) return List.of();
        if (keys.size() == 1) {
            var same = byKey.get(keys.getFirst());
            return same == null ? List.of() : List.copyOf(same.reversed());
        }
        var sharing = new LinkedHashSet<Parked<U>>();
        for (Object key : keys) {
            var same = byKey.get(key);
            if (same != null) sharing.addAll(same.reversed());
        }
        return List.copyOf(sharing);
    }

    /** Empties it. */
    List<Parked<U>> clear() {
        var parked = List.copyOf(all);
        all.clear();
        byKey.clear();
        return parked;
    }

    int size() {
        return all.size();
    }
}
