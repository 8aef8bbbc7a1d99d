package io.botmesh.runner;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which task may run: one is ready when each of its keys has granted it a place, and a key grants its places in the order of
 * arrival. A task that several keys wait for can only wait for earlier ones, so there is no deadlock. Adding and ending
 * cost one step per key, and a key with nothing behind it leaves nothing. Ready tasks come out in the order in which they
 * became ready, so a key with a long queue gets its turn no sooner than any other; control tasks come out first.
 *
 * <p>Holds no lock and no thread.
 */
final class KeyedQueue<U> {
    /** A key that a task in memory has. */
    private static final class Lane<U> {
        final int parallel;
        /** Tasks that have a place. */
        int granted;
        /** Tasks that have none, in order, and some that were removed. */
        final ArrayDeque<Task<U>> queue = new ArrayDeque<>(2);
        /** Those of them that were not removed. */
        int waiting;
        /** The last one that came, if it came for this key alone. */
        @Nullable
        Task<U> last;
        /** The last one that was granted a place, while it has it. */
        @Nullable
        Task<U> holder;

        Lane(int parallel) {
            this.parallel = parallel;
        }
    }

    private final Map<Object, Lane<U>> lanes = new HashMap<>();
    private final ArrayDeque<Task<U>> ready = new ArrayDeque<>();
    private final ArrayDeque<Task<U>> readyControl = new ArrayDeque<>();
    private ObjIntConsumer<Object> fell = (key, waiting) -> {};

    /** @param fell told of each key that fewer tasks may wait for, and how many do */
    void onFall(ObjIntConsumer<Object> fell) {
        this.fell = fell;
    }

    void add(Task<U> task) {
        add(task, false);
    }

    /** Puts a task before all that wait for its only key. */
    void addFirst(Task<U> task) {
        add(task, task.lanes.size() == 1);
    }

    private void add(Task<U> task, boolean first) {
        task.taken = false;
        task.givenBack = 0;
        int index = 0;
        try {
            for (Object key : task.lanes) {
                var lane = lane(key, task, index);
                if (lane.granted < lane.parallel && lane.waiting == 0) {
                    grant(lane, task, index);
                } else {
                    if (first) lane.queue.addFirst(task);
                    else lane.queue.add(task);
                    lane.waiting++;
                    task.ahead++;
                }
                lane.last = task.lanes.size() == 1 ? task : null;
                index++;
            }
            if (task.ahead == 0) ready(task);
        } catch (Throwable noMemory) {
            takeOut(task, index);
            throw noMemory;
        }
    }

    /** As if it had not come: nothing has happened since. */
    private void takeOut(Task<U> task, int lanes) {
        for (int index = 0; index < lanes; index++) {
            var key = task.lanes.get(index);
            var lane = this.lanes.get(key);
            if (lane == null) continue;
            if ((task.granted & 1L << index) != 0) {
                withdraw(lane, task, index);
            } else {
                lane.queue.removeLastOccurrence(task);
                lane.waiting--;
                task.ahead--;
            }
            if (task.equals(lane.last)) lane.last = null;
            if (lane.granted == 0 && lane.waiting == 0) this.lanes.remove(key);
        }
    }

    private Lane<U> lane(Object key, Task<U> task, int index) {
        var lane = lanes.get(key);
        if (lane != null) return lane;
        lane = new Lane<>(task.rule(index).parallel());
        lanes.put(key, lane);
        return lane;
    }

    private void grant(Lane<U> lane, Task<U> task, int index) {
        lane.granted++;
        lane.holder = task;
        task.granted |= 1L << index;
    }

    private void ready(Task<U> task) {
        (task.control ? readyControl : ready).add(task);
    }

    /** The next task to run, which holds its keys until it has ended; null if none is ready. */
    @Nullable
    Task<U> take() {
        return take(false);
    }

    /** The same, or only a control task. */
    @Nullable
    Task<U> take(boolean controlOnly) {
        var task = peek(controlOnly);
        if (task == null) return null;
        (task.control ? readyControl : ready).remove();
        task.taken = true;
        return task;
    }

    /** What {@link #take} would return. */
    @Nullable
    Task<U> peek(boolean controlOnly) {
        var task = head(readyControl);
        return task == null && !controlOnly ? head(ready) : task;
    }

    private @Nullable Task<U> head(ArrayDeque<Task<U>> ready) {
        var task = ready.peek();
        while (task != null && task.removed) {
            ready.remove();
            task = ready.peek();
        }
        return task;
    }

    /** How many are ready. */
    int ready(boolean control) {
        return (control ? readyControl : ready).size();
    }

    /** Makes a task ready that was taken before and has not ended, when it has again what it gave back. */
    void again(Task<U> task) {
        for (int index = 0; task.givenBack != 0; index++) {
            if ((task.givenBack & 1L << index) == 0) continue;
            task.givenBack &= ~(1L << index);
            takeBack(task.lanes.get(index), task, index);
        }
        if (task.ahead == 0) ready(task);
    }

    /** Before all that have not begun: one that has a place there may wait for another key of this task. */
    private void takeBack(Object key, Task<U> task, int index) {
        var lane = lane(key, task, index);
        var holder = lane.holder;
        if (lane.granted == lane.parallel && holder != null && !holder.taken) {
            int its = holder.lanes.indexOf(key);
            withdraw(lane, holder, its);
            if (holder.ahead++ == 0) (holder.control ? readyControl : ready).remove(holder);
            lane.waiting++;
            lane.queue.addFirst(holder);
        }
        if (lane.granted < lane.parallel) {
            grant(lane, task, index);
        } else {
            lane.waiting++;
            task.ahead++;
            lane.queue.addFirst(task);
        }
    }

    private void withdraw(Lane<U> lane, Task<U> task, int index) {
        task.granted &= ~(1L << index);
        lane.granted--;
        if (task.equals(lane.holder)) lane.holder = null;
    }

    /** Lets a task start that has been kept although its keys were free. */
    void letGo(Task<U> task) {
        if (--task.ahead == 0) ready(task);
    }

    void ended(Task<U> task) {
        int index = 0;
        for (Object key : task.lanes) {
            if ((task.givenBack & 1L << index) == 0) release(key, task, index);
            index++;
        }
    }

    /** Lets others have a key of a task that runs on; without effect if it does not hold it. */
    void giveBack(Task<U> task, Object key) {
        int index = task.lanes.indexOf(key);
        if (index < 0 || (task.granted & 1L << index) == 0) return;
        task.givenBack |= 1L << index;
        release(key, task, index);
    }

    private void release(Object key, Task<U> task, int index) {
        long bit = 1L << index;
        var lane = lanes.get(key);
        if (lane == null) return;
        if ((task.granted & bit) == 0) {
            lane.waiting--;
            while (!lane.queue.isEmpty() && lane.queue.getFirst().removed) lane.queue.remove();
        } else {
            withdraw(lane, task, index);
        }
        while (lane.granted < lane.parallel && lane.waiting > 0) {
            var next = lane.queue.remove();
            if (next.removed) continue;
            lane.waiting--;
            grant(lane, next, next.lanes.indexOf(key));
            if (--next.ahead == 0) ready(next);
        }
        if (lane.granted == 0 && lane.waiting == 0) lanes.remove(key);
        fell.accept(key, lane.waiting);
    }

    /** Forgets a task that has not been taken. */
    void remove(Task<U> task) {
        task.removed = true;
        ended(task);
    }

    /** Whether a task of this key alone would have a place at once. */
    boolean isFree(Object key) {
        var lane = lanes.get(key);
        return lane == null || (lane.granted < lane.parallel && lane.waiting == 0);
    }

    /** Tasks without a place behind those that have one. */
    int waiting(Object key) {
        var lane = lanes.get(key);
        return lane == null ? 0 : lane.waiting;
    }

    /** The last task that came with this key, if that is its only one and it has not been taken. */
    @Nullable
    Task<U> open(Object key) {
        var lane = lanes.get(key);
        if (lane == null || lane.last == null || lane.last.taken || lane.last.removed) return null;
        return lane.last;
    }

    /** The update that has been waiting longest for a place of this key. */
    @Nullable
    Task<U> oldest(Object key) {
        var lane = lanes.get(key);
        if (lane == null) return null;
        for (var task : lane.queue) if (!task.removed && task.waker == null) return task;
        return null;
    }

    /** Forgets all tasks but these, which have been taken and keep their keys. */
    void retainOnly(Collection<Task<U>> taken) {
        lanes.clear();
        ready.clear();
        readyControl.clear();
        for (var task : taken) {
            task.granted = 0;
            task.givenBack = 0;
            int index = 0;
            for (Object key : task.lanes) {
                grant(lane(key, task, index), task, index);
                index++;
            }
        }
    }

    void forEachWaiting(Consumer<Task<U>> each) {
        Consumer<Task<U>> alive = task -> {
            if (!task.removed && task.waker == null) each.accept(task);
        };
        lanes.values().forEach(lane -> lane.queue.forEach(alive));
        ready.forEach(alive);
        readyControl.forEach(alive);
    }

    List<Backlog.KeyDepth> deepest(int most) {
        var depths = new ArrayList<Backlog.KeyDepth>();
        lanes.forEach((key, lane) -> {
            if (lane.waiting > 0) depths.add(new Backlog.KeyDepth(key, lane.waiting));
        });
        depths.sort(Comparator.comparingInt(Backlog.KeyDepth::depth).reversed());
        return List.copyOf(depths.subList(0, Math.min(most, depths.size())));
    }

    /** Keys that something is remembered of. */
    int keys() {
        return lanes.size();
    }
}
