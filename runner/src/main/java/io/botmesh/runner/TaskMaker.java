package io.botmesh.runner;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes tasks of updates: asks the user's functions about them, once, when an update comes into memory. */
final class TaskMaker<U> {
    /** Whatever is older need not be known better, and nanoseconds must not overflow. */
    private static final Duration OLDEST = Duration.ofDays(36_500);

    /** As many as a task keeps count of, but for one that it may have besides. */
    private static final int MOST_KEYS = Long.SIZE - 1;

    private final Ordering<U> ordering;
    private final AgeLimits<U> ages;
    private final Timer timer;
    private final InstantSource clock;

    TaskMaker(RunnerOptions<U> options, Timer timer, InstantSource clock) {
        this.ordering = options.ordering();
        this.ages = options.times().ages();
        this.timer = timer;
        this.clock = clock;
    }

    /** One that no journal holds. */
    Task<U> arrived(U update) {
        var task = of(update, 0, 1, List.of());
        return born(task, task.arrived);
    }

    /**
     * One that a journal has just stored.
     *
     * @param came when it was handed to the journal, which may have had to wait for its disk, by the timer's clock
     */
    Task<U> stored(Journal.Entry<U> entry, int attempt, List<?> more, long came) {
        return born(of(entry.update(), entry.sequence(), attempt, more), came);
    }

    /** By its own date if it has one, or else when it came. */
    private Task<U> born(Task<U> task, long came) {
        boolean dated = task.age != null && task.age.since() != null;
        task.born = dated ? task.arrived - ageOnArrival(task.age).toNanos() : came;
        return task;
    }

    /** One that was read back from a journal, where it may have lain for long. */
    Task<U> readBack(Journal.Entry<U> entry, int attempt, List<?> more, Arrivals arrivals) {
        var task = of(entry.update(), entry.sequence(), attempt, more);
        var since = task.age == null ? null : task.age.since();
        if (since == null) since = entry.arrived();
        task.born = since == null ? task.arrived : arrivals.at(entry.sequence(), since);
        return task;
    }

    /** @param more keys that it has besides its own */
    private Task<U> of(U update, long sequence, int attempt, List<?> more) {
        Task<U> task;
        try {
            var own = distinct(ordering.keys().of(update));
            task = new Task<>(update, sequence, attempt, more.isEmpty() ? own : joined(own, more), null);
            task.age = ages.of(update);
            task.rules = rules(own);
            if (ordering.control().test(update)) steer(task);
        } catch (Throwable unkeyed) {
            task = new Task<>(update, sequence, attempt, more, unkeyed); // fails like any other, not polling
        }
        task.arrived = timer.nanoTime();
        return task;
    }

    private List<KeyRule<U>> rules(List<?> keys) {
        if (keys.size() == 1) {
            var rule = ordering.rules().apply(keys.getFirst());
            return rule.equals(KeyRule.queue()) ? List.of() : List.of(rule);
        }
        var rules = new ArrayList<KeyRule<U>>(keys.size());
        for (Object key : keys) rules.add(ordering.rules().apply(key));
        return rules;
    }

    /** The lane of a key's control tasks. */
    private record Control(Object key) {}

    private static void steer(Task<?> task) {
        task.control = true;
        var lanes = new ArrayList<Control>(task.keys.size());
        for (Object key : task.keys) lanes.add(new Control(key));
        task.lanes = lanes;
    }

    Arrivals arrivals() {
        return new Arrivals(timer, clock);
    }

    private Duration ageOnArrival(@Nullable AgeLimit limit) {
        if (limit == null || limit.since() == null) return Duration.ZERO;
        var age = Duration.between(limit.since(), clock.instant());
        if (age.isNegative()) return Duration.ZERO; // the clocks differ
        return age.compareTo(OLDEST) < 0 ? age : OLDEST;
    }

    private static List<?> joined(List<?> keys, List<?> more) {
        var all = new LinkedHashSet<Object>(keys);
        all.addAll(more);
        return List.copyOf(all);
    }

    @SuppressWarnings("ReturnValueIgnored") // a key that cannot be hashed has to show it here
    private static List<?> distinct(Collection<?> keys) {
        for (Object key : keys)
            if (key == null)
                return distinct(keys.stream().filter(Objects::nonNull).toList());
        var distinct = keys.size() < 2 ? List.copyOf(keys) : List.copyOf(new LinkedHashSet<>(keys));
        if (distinct.size() > MOST_KEYS) throw new IllegalArgumentException("keys: " + distinct.size());
        for (Object key : distinct) key.hashCode();
        return distinct;
    }
}
