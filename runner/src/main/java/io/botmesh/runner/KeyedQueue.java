package io.botmesh.runner;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which task may run: one is ready when every earlier one that shares a key with it has ended. Each key remembers only the
 * last task that came with it; that one waits for the last before, and so on, so adding and ending cost one step per key,
 * and a key with nothing behind it leaves nothing. Ready tasks come out in the order in which they became ready, so a key
 * with a long queue gets its turn no sooner than any other.
 *
 * <p>Holds no lock and no thread.
 */
final class KeyedQueue<U> {
    private final Map<Object, Task<U>> last = new HashMap<>();
    private final ArrayDeque<Task<U>> ready = new ArrayDeque<>();

    void add(Task<U> task) {
        for (Object key : task.keys) {
            var before = last.put(key, task);
            if (before == null) continue;
            before.addFollower(task);
            task.ahead++;
        }
        if (task.ahead == 0) ready.add(task);
    }

    /** The next task to run, which holds its keys until it has ended; null if none is ready. */
    @Nullable
    Task<U> take() {
        return ready.poll();
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Makes a task ready that was taken before and has not ended. */
    void again(Task<U> task) {
        ready.add(task);
    }

    void ended(Task<U> task) {
        for (Object key : task.keys) last.remove(key, task);
        for (var follower : task.followers) if (--follower.ahead == 0) ready.add(follower);
        task.followers = List.of();
    }

    /** Forgets all tasks but these, which have been taken and keep their keys. */
    void retainOnly(Collection<Task<U>> taken) {
        last.clear();
        ready.clear();
        for (var task : taken) {
            task.followers = List.of();
            for (Object key : task.keys) last.put(key, task);
        }
    }

    /** Keys that something is remembered of. */
    int keys() {
        return last.size();
    }
}
