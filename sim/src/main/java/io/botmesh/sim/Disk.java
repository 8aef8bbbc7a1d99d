package io.botmesh.sim;

import io.botmesh.mesh.MeshException;
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
    private boolean fenced = true;
    private long commits;
    private long fence;

    /** Gives a process the disk; whoever had it may only look from now on. */
    Store open() {
        return new Store(++fence);
    }

    /** The process that had this is dead. */
    void crash(Store its, int forgotten) {
        its.dead = true;
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

    /** Whether only the last process that opened it may write. Without that the simulation has to find out. */
    void fenced(boolean fenced) {
        this.fenced = fenced;
    }

    long commits() {
        return commits;
    }

    /** Commits that a crash may take back. */
    int unsafe() {
        return undo.size();
    }

    boolean isEmpty(NodeStore.Kind kind) {
        NodeStore.Key first = values.ceilingKey(first(kind));
        return first == null || first.kind() != kind;
    }

    private static NodeStore.Key first(NodeStore.Kind kind) {
        return new NodeStore.Key(kind, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);
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

    /** The disk as one process has it. */
    final class Store implements NodeStore {
        private final long its;
        private boolean dead;

        private Store(long its) {
            this.its = its;
        }

        /** Grows with each process that opens the disk. */
        long fence() {
            return its;
        }

        @Override
        public void commit(List<Write> writes) {
            alive();
            if (fenced && its < fence) throw new MeshException.Unusable("another process has taken the store", null);
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
            alive();
            return Optional.ofNullable(values.get(key));
        }

        @Override
        public List<Entry> list(Kind kind, @Nullable Key after, int most) {
            alive();
            boolean begin = after == null || after.kind().code < kind.code;
            Key from = begin ? first(kind) : after;
            var found = new ArrayList<Entry>();
            for (var entry : values.tailMap(from, begin).entrySet()) {
                if (entry.getKey().kind() != kind || found.size() == most) break;
                found.add(new Entry(entry.getKey(), entry.getValue()));
            }
            return found;
        }

        @Override
        public void close() {
            dead = true;
        }

        private void alive() {
            if (dead) throw new IllegalStateException("a dead process uses its disk");
        }
    }
}
