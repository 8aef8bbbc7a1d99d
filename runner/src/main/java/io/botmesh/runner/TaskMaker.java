package io.botmesh.runner;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes tasks of updates: asks the user's functions about them, once, when an update comes into memory. */
final class TaskMaker<U> {
    /** Whatever is older need not be known better, and nanoseconds must not overflow. */
    private static final Duration OLDEST = Duration.ofDays(36_500);

    private final Keys<U> keys;
    private final AgeLimits<U> ages;
    private final Timer timer;
    private final InstantSource clock;

    TaskMaker(RunnerOptions<U> options, Timer timer, InstantSource clock) {
        this.keys = options.keys();
        this.ages = options.times().ages();
        this.timer = timer;
        this.clock = clock;
    }

    /** One that no journal holds. */
    Task<U> arrived(U update) {
        return of(update, 0, 1, List.of());
    }

    /** @param more keys that it has besides its own */
    Task<U> of(U update, long sequence, int attempt, List<?> more) {
        Task<U> task;
        try {
            task = new Task<>(update, sequence, attempt, distinct(joined(keys.of(update), more)), null);
            task.age = ages.of(update);
        } catch (Throwable unkeyed) {
            task = new Task<>(update, sequence, attempt, more, unkeyed); // fails like any other, not polling
        }
        task.arrived = timer.nanoTime();
        task.born = task.arrived - ageOnArrival(task.age).toNanos();
        return task;
    }

    private Duration ageOnArrival(@Nullable AgeLimit limit) {
        if (limit == null || limit.since() == null) return Duration.ZERO;
        var age = Duration.between(limit.since(), clock.instant());
        if (age.isNegative()) return Duration.ZERO; // the clocks differ
        return age.compareTo(OLDEST) < 0 ? age : OLDEST;
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
