package io.botmesh.runner;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** Makes tasks of updates: computes the keys, once, when an update comes into memory. */
final class TaskMaker<U> {
    private final Keys<U> keys;

    TaskMaker(Keys<U> keys) {
        this.keys = keys;
    }

    /** One that no journal holds. */
    Task<U> arrived(U update) {
        return of(update, 0, 1, List.of());
    }

    /** @param more keys that it has besides its own */
    Task<U> of(U update, long sequence, int attempt, List<?> more) {
        try {
            return new Task<>(update, sequence, attempt, distinct(joined(keys.of(update), more)), null);
        } catch (Throwable unkeyed) {
            // Fails like any other, instead of polling.
            return new Task<>(update, sequence, attempt, more, unkeyed);
        }
    }

    private static Collection<?> joined(Collection<?> keys, List<?> more) {
        if (more.isEmpty()) return keys;
        var all = new ArrayList<Object>(keys);
        all.addAll(more);
        return all;
    }

    @SuppressWarnings("ReturnValueIgnored") // a key that cannot be hashed has to show it here
    private static List<?> distinct(Collection<?> keys) {
        var distinct = keys.size() < 2 ? List.copyOf(keys) : List.copyOf(new LinkedHashSet<>(keys));
        for (Object key : distinct) key.hashCode();
        return distinct;
    }
}
