package io.botmesh.runner;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an update must be in order with: it starts when every earlier update that shares a key with it has ended.
 * Called once per update when it arrives, in the order of arrival, on the runner's own thread: compute, do not wait.
 *
 * @param <U> the update
 */
@FunctionalInterface
public interface Keys<U> {
    /**
     * The keys, compared by {@code equals}; empty for an update that may run beside any other; at most 63. A null among them
     * is none.
     */
    Collection<?> of(U update);

    /** No order at all. */
    static <U> Keys<U> none() {
        return update -> List.of();
    }

    /** One line for everything: an update at a time. */
    static <U> Keys<U> all() {
        return update -> List.of("all");
    }

    /** One key each; an update whose key is null has none. */
    static <U> Keys<U> sequentialize(Function<? super U, ? extends @Nullable Object> key) {
        return update -> {
            Object one = key.apply(update);
            return one == null ? List.of() : List.of(one);
        };
    }
}
