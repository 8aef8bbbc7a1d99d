package io.botmesh.runner;

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
        return of(update, 0, 1);
    }

    Task<U> of(U update, long sequence, int attempt) {
        try {
            return new Task<>(update, sequence, attempt, distinct(keys.of(update)), null);
        } catch (Throwable unkeyed) {
            return new Task<>(
                    update, sequence, attempt, List.of(), unkeyed); // fails like any other, instead of polling
        }
    }

    @SuppressWarnings("ReturnValueIgnored") // a key that cannot be hashed has to show it here
    private static List<?> distinct(Collection<?> keys) {
        var distinct = keys.size() < 2 ? List.copyOf(keys) : List.copyOf(new LinkedHashSet<>(keys));
        for (Object key : distinct) key.hashCode();
        return distinct;
    }
}
