package io.botmesh.runner;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The handler threads: at most so many at once, each on a ready task. Every attempt has a thread of its own: threads that
 * went on with the next task were no faster, and would carry one update's thread-locals and interrupts into another.
 */
final class Crew<U> {
    /** What became of an attempt. */
    sealed interface Outcome {
        /** The task is over, its keys are free. */
        record Ended() implements Outcome {}

        /** It keeps its keys and becomes ready again after the pause. */
        record Again(Duration pause) implements Outcome {}
    }

    /** Runs an attempt. */
    @FunctionalInterface
    interface Attempt<U> {
        Outcome run(Task<U> task);
    }

    private final int concurrency;
    private final int lowWatermark;
    private final Attempt<U> attempt;
    private final Sleeper sleeper;
    private final ThreadFactory handlers =
            Thread.ofVirtual().name("botmesh-handler-", 1).factory();

    private final ReentrantLock lock = new ReentrantLock();
    /** A task has left, or nothing waits any more than the low watermark. */
    private final Condition changed = lock.newCondition();

    private final KeyedQueue<U> queue = new KeyedQueue<>();
    private final Set<Task<U>> running = new HashSet<>();
    /** Tasks between two attempts, and the thread that waits for each. */
    private final Map<Task<U>, Thread> delayed = new HashMap<>();

    private int size;
    private boolean paused;

    Crew(RunnerLimits limits, Attempt<U> attempt, Sleeper sleeper) {
        this.concurrency = limits.concurrency();
        this.lowWatermark = limits.lowWatermark();
        this.attempt = attempt;
        this.sleeper = sleeper;
    }

    void admit(List<Task<U>> tasks) {
        lock.lock();
        try {
            size += tasks.size();
            for (var task : tasks) queue.add(task);
            staff();
        } finally {
            lock.unlock();
        }
    }

    /** Starts threads while there are slots and ready tasks. */
    private void staff() {
        while (!paused && running.size() < concurrency && queue.hasReady()) {
            var task = queue.take();
            if (task == null) return;
            var thread = handlers.newThread(() -> work(task));
            running.add(task);
            task.thread = thread;
            if (size - running.size() == lowWatermark) changed.signalAll();
            thread.start();
        }
    }

    private void work(Task<U> task) {
        Outcome outcome;
        try {
            outcome = attempt.run(task);
        } catch (Throwable nothingMayLeak) {
            outcome = new Outcome.Ended();
        }
        finish(task, outcome);
    }

    /** Frees slot and, unless there is another attempt, keys. */
    private void finish(Task<U> task, Outcome outcome) {
        lock.lock();
        try {
            task.thread = null;
            running.remove(task);
            if (outcome instanceof Outcome.Again(var pause) && !paused) {
                task.attempt++;
                task.cancelled = false;
                delay(task, pause);
            } else {
                queue.ended(task);
                size--;
            }
            changed.signalAll();
            staff();
        } finally {
            lock.unlock();
        }
    }

    private void delay(Task<U> task, Duration pause) {
        if (pause.isZero()) {
            queue.again(task);
            return;
        }
        var waiter = Thread.ofVirtual().name("botmesh-retry").unstarted(() -> {
            try {
                sleeper.sleep(pause);
            } catch (InterruptedException dropped) {
                return;
            }
            lock.lock();
            try {
                if (delayed.remove(task) == null) return;
                queue.again(task);
                staff();
            } finally {
                lock.unlock();
            }
        });
        delayed.put(task, waiter);
        waiter.start();
    }

    /** Starts nothing more. */
    void pause() {
        lock.lock();
        try {
            paused = true;
        } finally {
            lock.unlock();
        }
    }

    /** Starts tasks again. Returns those that have been running all the time. */
    List<Task<U>> resume() {
        lock.lock();
        try {
            paused = false;
            var still = List.copyOf(running);
            staff();
            return still;
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts what runs. */
    Collection<Task<U>> cancel() {
        lock.lock();
        try {
            var cancelled = List.copyOf(running);
            for (var task : cancelled) {
                task.cancelled = true;
                if (task.thread != null) task.thread.interrupt();
            }
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is not running, and says how much. */
    int clear() {
        lock.lock();
        try {
            int dropped = size - running.size();
            delayed.values().forEach(Thread::interrupt);
            delayed.clear();
            queue.retainOnly(running);
            size = running.size();
            changed.signalAll();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is running, or nothing is left at all; false if that takes longer. */
    boolean awaitIdle(boolean nothingLeft, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (nothingLeft ? size > 0 : !running.isEmpty()) {
                if (left <= 0) return false;
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no more than the low watermark wait. */
    void awaitLow() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (size - running.size() > lowWatermark) changed.await();
        } finally {
            lock.unlock();
        }
    }

    boolean paused() {
        lock.lock();
        try {
            return paused;
        } finally {
            lock.unlock();
        }
    }

    boolean owns(Thread thread) {
        lock.lock();
        try {
            return running.stream().anyMatch(task -> thread.equals(task.thread));
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    int running() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return size - running.size();
        } finally {
            lock.unlock();
        }
    }

    /** Keys that something is remembered of. */
    int keys() {
        lock.lock();
        try {
            return queue.keys();
        } finally {
            lock.unlock();
        }
    }
}
