package io.botmesh.runner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A folder that knows which bytes and names were synced, and can lose a part of the others: each sector of 512 bytes is as it
 * was at the last sync of its file, or as it was after any write since; each name is as at the last sync of the folder, or as
 * after some of what was done to names since. It may be full, and its syncs may fail.
 */
final class PowerLoss implements Disk {
    private static final int SECTOR = 512;

    /** Bytes of a file: as they are, and as they were synced. */
    private static final class Inode {
        byte[] now = {};
        byte[] synced = {};
        /** What sectors that are not synced have held since, in order. */
        final TreeMap<Integer, List<byte[]>> versions = new TreeMap<>();
        /** What a process sees of it, if that is how it is written. */
        @Nullable
        ByteBuffer mapped;

        /** Takes what was put into it without a call. */
        void look() {
            if (mapped == null) return;
            mapped.duplicate().get(0, now, 0, mapped.capacity());
            for (int at = 0; at < now.length; at += SECTOR) {
                int end = Math.min(at + SECTOR, now.length);
                if (at < synced.length && Arrays.mismatch(now, at, end, synced, at, Math.min(end, synced.length)) < 0)
                    continue;
                versions.computeIfAbsent(at / SECTOR, none -> new ArrayList<>()).add(sector(at / SECTOR));
            }
        }

        byte[] sector(int index) {
            return Arrays.copyOf(
                    index * SECTOR < now.length
                            ? Arrays.copyOfRange(now, index * SECTOR, Math.min(now.length, (index + 1) * SECTOR))
                            : new byte[0],
                    SECTOR);
        }
    }

    /** Something that was done to names. */
    private interface NameChange {
        void apply(Map<String, Inode> names);
    }

    private final ReentrantLock lock = new ReentrantLock();
    private Map<String, Inode> names = new HashMap<>();
    private Map<String, Inode> syncedNames = new HashMap<>();
    private final List<NameChange> changes = new ArrayList<>();
    /** Bytes that all files together may have. */
    long space = Long.MAX_VALUE;

    boolean maps = true;
    boolean syncFails;
    long syncs;
    long writes;
    /** Called before anything is written or synced, under the lock. */
    Runnable before = () -> {};

    private boolean off;

    /** From now on nothing reaches the disk. Returns what the next process may find. */
    PowerLoss cut(Random random) {
        lock.lock();
        try {
            off = true;
            return image(random);
        } finally {
            lock.unlock();
        }
    }

    /** The same files with all that was written, as after the death of a process. */
    PowerLoss kill() {
        lock.lock();
        try {
            off = true;
            var next = new PowerLoss();
            names.values().forEach(Inode::look);
            names.forEach((name, inode) -> next.put(name, inode.now.clone()));
            return next;
        } finally {
            lock.unlock();
        }
    }

    private PowerLoss image(Random random) {
        names.values().forEach(Inode::look);
        var found = new HashMap<>(syncedNames);
        // A journaling file system keeps the order of what is done to names; how far it got is chance.
        int kept = random.nextInt(changes.size() + 1);
        for (var change : changes.subList(0, kept)) change.apply(found);
        var next = new PowerLoss();
        int style = random.nextInt(4);
        found.forEach((name, inode) -> next.put(name, remains(inode, random, style)));
        return next;
    }

    private static byte[] remains(Inode inode, Random random, int style) {
        int longest = Math.max(inode.synced.length, inode.now.length);
        int length = style == 0 ? inode.synced.length : random.nextBoolean() ? longest : inode.synced.length;
        byte[] bytes = Arrays.copyOf(inode.synced, Math.max(longest, inode.synced.length));
        int last = random.nextInt(2 + inode.versions.size()); // for a tail that ends somewhere
        int seen = 0;
        for (var entry : inode.versions.entrySet()) {
            var held = entry.getValue();
            boolean keep = switch (style) {
                case 0 -> false;
                case 1 -> seen++ < last;
                case 2 -> random.nextInt(10) > 0;
                default -> random.nextBoolean();
            };
            if (!keep) continue;
            var sector = held.get(style == 1 ? held.size() - 1 : random.nextInt(held.size()));
            int at = entry.getKey() * SECTOR;
            for (int i = 0; i < SECTOR && at + i < bytes.length; i++) bytes[at + i] = sector[i];
            length = Math.max(length, Math.min(bytes.length, at + SECTOR));
        }
        return Arrays.copyOf(bytes, length);
    }

    private void put(String name, byte[] bytes) {
        var inode = new Inode();
        inode.now = bytes;
        inode.synced = bytes.clone();
        names.put(name, inode);
        syncedNames.put(name, inode);
    }

    byte[] bytes(String name) {
        lock.lock();
        try {
            var inode = names.get(name);
            if (inode == null) throw new IllegalArgumentException(name);
            inode.look();
            return inode.now.clone();
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that all files together have at this moment, in which a journal may be taking one away. */
    long bytes() {
        lock.lock();
        try {
            return names.values().stream().mapToLong(inode -> inode.now.length).sum();
        } finally {
            lock.unlock();
        }
    }

    void replace(String name, byte[] bytes) {
        lock.lock();
        try {
            put(name, bytes);
        } finally {
            lock.unlock();
        }
    }

    private void change(NameChange change) throws IOException {
        if (off) throw new IOException("no power");
        change.apply(names);
        changes.add(change);
    }

    @Override
    public List<String> names() {
        lock.lock();
        try {
            return names.keySet().stream().sorted().toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Content open(String name) throws IOException {
        lock.lock();
        try {
            if (!names.containsKey(name)) {
                var fresh = new Inode();
                change(all -> all.put(name, fresh));
            }
            var inode = names.get(name);
            if (inode == null) throw new IOException("no power");
            return new File(inode);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ByteBuffer map(String name, int bytes) throws IOException {
        lock.lock();
        try {
            if (!maps) throw new UnsupportedOperationException("this one maps no files");
            var inode = names.get(name);
            if (off || inode == null || inode.now.length < bytes) throw new IOException("cannot map " + name);
            var mapped = ByteBuffer.allocateDirect(bytes).put(0, inode.now, 0, bytes);
            inode.mapped = mapped;
            return mapped;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        lock.lock();
        try {
            change(all -> {
                var inode = all.remove(from);
                if (inode != null) all.put(to, inode);
            });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void delete(String name) throws IOException {
        lock.lock();
        try {
            change(all -> all.remove(name));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void force() throws IOException {
        lock.lock();
        try {
            before.run();
            if (off || syncFails) throw new IOException("sync failed");
            syncs++;
            syncedNames = new HashMap<>(names);
            changes.clear();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}

    private final class File implements Content {
        private final Inode inode;

        File(Inode inode) {
            this.inode = inode;
        }

        @Override
        public long size() {
            lock.lock();
            try {
                return inode.now.length;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void read(ByteBuffer into, long at) {
            lock.lock();
            try {
                if (at >= inode.now.length) return;
                into.put(inode.now, (int) at, (int) Math.min(into.remaining(), inode.now.length - at));
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            lock.lock();
            try {
                before.run();
                if (off) throw new IOException("no power");
                writes++;
                long used = 0;
                for (var one : names.values()) used += one.now.length;
                long room = inode.now.length + space - used;
                int length = (int) Math.min(from.remaining(), Math.max(0, room - at));
                var bytes = new byte[length];
                from.get(bytes);
                if (at + length > inode.now.length) inode.now = Arrays.copyOf(inode.now, (int) at + length);
                System.arraycopy(bytes, 0, inode.now, (int) at, length);
                for (int sector = (int) at / SECTOR; sector <= (at + length - 1) / SECTOR; sector++)
                    inode.versions
                            .computeIfAbsent(sector, none -> new ArrayList<>())
                            .add(inode.sector(sector));
                if (from.hasRemaining()) throw new IOException("No space left on device");
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void force() throws IOException {
            lock.lock();
            try {
                before.run();
                if (off || syncFails) throw new IOException("Input/output error");
                syncs++;
                inode.synced = inode.now.clone();
                inode.versions.clear();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {}
    }
}
