package io.botmesh.sim;

import io.botmesh.mesh.NodeStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The disk of a machine: keeps what was committed through the death of processes, unless it lies. */
final class Disk {
    /** Commits that a lying disk may still forget. */
    private static final int FORGETFUL = 6;

    private final TreeMap<NodeStore.Key, byte[]> values = new TreeMap<>();
    private final ArrayDeque<List<NodeStore.Write>> undo = new ArrayDeque<>();
    private boolean lies;
    private boolean full;
    private long commits;
    private @Nullable Store open;

    /** Gives a process the disk; whoever had it has it no more. */
    NodeStore open() {
        open = new Store();
        return open;
    }

    /** The process is dead. */
    void crash(int forgotten) {
        open = null;
        for (int i = 0; i < forgotten && !undo.isEmpty(); i++) {
            for (NodeStore.Write write : undo.removeLast()) put(write);
        }
        undo.clear();
    }

    void lies(boolean lies) {
        this.lies = lies;
        if (!lies) undo.clear();
    }

    void full(boolean full) {
        this.full = full;
    }

    long commits() {
        return commits;
    }

    /** Commits that a crash may take back. */
    int unsafe() {
        return undo.size();
    }

    int size() {
        return values.size();
    }

    long bytes() {
        return values.values().stream().mapToLong(value -> value.length).sum();
    }

    private void put(NodeStore.Write write) {
        if (write.value() == null) values.remove(write.key());
        else values.put(write.key(), write.value());
    }

    /** A disk that took nothing of a commit. */
    static final class Full extends RuntimeException {
        Full() {
            super("the disk is full", null, false, false);
        }
    }

    private final class Store implements NodeStore {
        @Override
        public void commit(List<Write> writes) {
            mine();
            if (full) throw new Full();
            commits++;
            if (lies) {
                var before = new ArrayList<Write>(); // read before any is written, so that repeated keys go back too
                for (Write write : writes) before.add(new Write(write.key(), values.get(write.key())));
                undo.addLast(before);
                if (undo.size() > FORGETFUL) undo.removeFirst();
            }
            for (Write write : writes) put(write);
        }

        @Override
        public Optional<byte[]> read(Key key) {
            mine();
            return Optional.ofNullable(values.get(key));
        }

        @Override
        public List<Entry> list(Kind kind, @Nullable Key after, int most) {
            mine();
            boolean begin = after == null || after.kind().code < kind.code;
            Key from = begin ? new Key(kind, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE) : after;
            var found = new ArrayList<Entry>();
            for (var entry : values.tailMap(from, begin).entrySet()) {
                if (entry.getKey().kind() != kind || found.size() == most) break;
                found.add(new Entry(entry.getKey(), entry.getValue()));
            }
            return found;
        }

        @Override
        public void close() {
            if (open == this) open = null;
        }

        private void mine() {
            if (open != this) throw new IllegalStateException("a dead process uses its disk");
        }
    }
}
