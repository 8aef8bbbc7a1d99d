package io.botmesh.runner;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which updates wait for which. The functions are called once per update when it arrives, like {@link Keys}.
 *
 * @param keys    what has to be in order; default nothing
 * @param rules   what holds for a key while it is busy; default {@link KeyRule#queue()} for all
 * @param control which updates must not wait behind the work of their keys, because they steer it: a {@code /stop}. They go
 *                first, and wait only for earlier control updates of their keys. Keep it narrow: what overtakes is no
 *                longer in order. An answer to a handler that asks with {@link Delivery#next} needs no overtaking, and
 *                would come too early if it overtook the question. Default none
 * @param reserve slots that only control updates use, at least 0 and below the concurrency; default 0
 * @param <U>     the update
 */
public record Ordering<U>(Keys<U> keys, Function<Object, KeyRule<U>> rules, Predicate<? super U> control, int reserve) {
    public Ordering {
        if (reserve < 0) throw new IllegalArgumentException("reserve: " + reserve);
    }

    public static <U> Ordering<U> defaults() {
        KeyRule<U> queue = KeyRule.queue();
        return new Ordering<>(Keys.none(), key -> queue, update -> false, 0);
    }

    public Ordering<U> withKeys(Keys<U> keys) {
        return new Ordering<>(keys, rules, control, reserve);
    }

    public Ordering<U> withRules(Function<Object, KeyRule<U>> rules) {
        return new Ordering<>(keys, rules, control, reserve);
    }

    public Ordering<U> withControl(Predicate<? super U> control, int reserve) {
        return new Ordering<>(keys, rules, control, reserve);
    }
}
