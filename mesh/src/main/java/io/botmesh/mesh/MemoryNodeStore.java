package io.botmesh.mesh;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A store that dies with its process: for nodes that may forget, and for tests, which may open it anew. */
public final class MemoryNodeStore implements NodeStore {
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Key, byte[]> values = new TreeMap<>();
    private boolean closed;

    /** An empty one. */
    public MemoryNodeStore() {}

    /** What a new process would find after a crash of this one, whose store is closed by that. */
    public MemoryNodeStore reopen() {
        lock.lock();
        try {
            closed = true;
            var next = new MemoryNodeStore();
            next.values.putAll(values);
            return next;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void commit(List<Write> writes) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        var all = List.copyOf(writes); // refuses nulls before anything is written
        all.forEach(write -> Objects.requireNonNull(write.key()));
        lock.lock();
        try {
            checkOpen();
            for (Write write : all) {
                byte[] value = write.value();
                if (value == null) values.remove(write.key());
                else values.put(write.key(), value);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<byte[]> read(Key key) {
        lock.lock();
        try {
            checkOpen();
            return Optional.ofNullable(values.get(key));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Entry> list(Kind kind, @Nullable Key after, int most) {
        NodeStore.checkList(kind, after, most);
        lock.lock();
        try {
            checkOpen();
            var first = new Key(kind, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);
            var found = new ArrayList<Entry>();
            for (var entry :
                    values.tailMap(after == null ? first : after, after == null).entrySet()) {
                if (entry.getKey().kind() != kind || found.size() == most) break;
                found.add(new Entry(entry.getKey(), entry.getValue()));
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() {
        if (closed) throw new MeshException.Unusable("cannot use the node's memory: it is closed", null);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
