package io.botmesh.botapi;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keeps calls as long as the process lives. */
public final class MemorySendStore implements SendStore {
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Kept> calls = new TreeMap<>();
    private long next = 1;

    public MemorySendStore() {}

    @Override
    public long add(String lane, String method, String parameters) {
        lock.lock();
        try {
            long number = next++;
            calls.put(number, new Kept(number, lane, State.QUEUED, method, parameters, null));
            return number;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Slot> slots() {
        lock.lock();
        try {
            return calls.values().stream()
                    .map(kept -> new Slot(kept.number(), kept.lane(), kept.state()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Kept> load(long number) {
        lock.lock();
        try {
            return Optional.ofNullable(calls.get(number));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void mark(long number, State state, @Nullable String why) {
        lock.lock();
        try {
            calls.computeIfPresent(
                    number, (n, kept) -> new Kept(n, kept.lane(), state, kept.method(), kept.parameters(), why));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void remove(long number) {
        lock.lock();
        try {
            calls.remove(number);
        } finally {
            lock.unlock();
        }
    }
}
