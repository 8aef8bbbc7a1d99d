package io.botmesh.runner;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far everything has ended: not the highest update that has, which would lose slower ones before it, but the last of
 * the unbroken run from the start.
 */
final class Prefix<U> {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Task<U>> open = new ArrayDeque<>();

    void add(List<Task<U>> tasks) {
        lock.lock();
        try {
            open.addAll(tasks);
        } finally {
            lock.unlock();
        }
    }

    /** The last update of the prefix, if this end has moved it. */
    Optional<U> ended(Task<U> task) {
        lock.lock();
        try {
            task.ended = true;
            Optional<U> through = Optional.empty();
            for (var head = open.peek(); head != null && head.ended; head = open.peek()) {
                through = Optional.of(head.update);
                open.remove();
            }
            return through;
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            open.clear();
        } finally {
            lock.unlock();
        }
    }
}
