package io.botmesh.runner;

import org.jspecify.annotations.Nullable;

/**
 * How old which update may be. Called once per update when it arrives, on the runner's own thread, like {@link Keys}.
 *
 * @param <U> the update
 */
@FunctionalInterface
public interface AgeLimits<U> {
    /** The limit; null for any age. */
    @Nullable
    AgeLimit of(U update);

    static <U> AgeLimits<U> none() {
        return update -> null;
    }
}
