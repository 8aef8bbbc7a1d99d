package io.botmesh.mesh;

import io.botmesh.wire.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** An outbox that dies with its process: for programs that would send everything again anyway, and for tests. */
public final class MemoryOutbox implements Outbox {
    private static final class Waiting {
        final long number;
        final String subject;
        final byte[] body;
        int taken;

        Waiting(long number, String subject, byte[] body) {
            this.number = number;
            this.subject = subject;
            this.body = body;
        }
    }

    private final long incarnation = new SecureRandom().nextLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final TreeMap<Long, Post> unposted = new TreeMap<>();
    private long messages;
    private long pendingBytes;
    private long nextPacket;
    private long nextSequence;
    private int looked; // messages of the head from which a packet is being filled

    /** An empty one. */
    public MemoryOutbox() {}

    @Override
    public long incarnation() {
        return incarnation;
    }

    @Override
    public long messages() {
        lock.lock();
        try {
            return messages;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long pendingBytes() {
        lock.lock();
        try {
            return pendingBytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long append(String subject, InputStream body) throws IOException {
        byte[] bytes = body.readAllBytes();
        lock.lock();
        try {
            waiting.add(new Waiting(messages, subject, bytes));
            pendingBytes += Math.max(1, bytes.length);
            return messages++;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Post pack(long mostBytes, Filling filling) {
        List<Outgoing> head = new ArrayList<>();
        long packet;
        long sequence;
        lock.lock();
        try {
            if (waiting.isEmpty()) return null;
            packet = nextPacket;
            sequence = nextSequence;
            long room = mostBytes;
            for (Waiting message : waiting) {
                if (room <= 0) break;
                int length = (int) Math.min(room, message.body.length - message.taken);
                head.add(new Outgoing(
                        message.subject,
                        List.of(),
                        ByteBuffer.wrap(message.body, message.taken, length),
                        message.body.length,
                        message.taken));
                room -= Math.max(1, length);
            }
            looked = head.size();
        } finally {
            lock.unlock();
        }
        Filled filled = null;
        try {
            filled = filling.fill(packet, sequence, head); // long work, so without the lock
        } finally {
            if (filled == null) stopLooking();
        }
        lock.lock();
        try {
            looked = 0;
            long through = waiting.getFirst().number;
            for (int i = 0; i < filled.wholeMessages(); i++) {
                Waiting done = waiting.removeFirst();
                through = done.number + 1;
                pendingBytes -= done.body.length == 0 ? 1 : done.body.length - done.taken;
            }
            if (filled.bytesOfNext() > 0) {
                Waiting cut = waiting.getFirst();
                cut.taken += (int) filled.bytesOfNext();
                pendingBytes -= filled.bytesOfNext();
            }
            nextPacket++;
            nextSequence += filled.pieces();
            Post post = new Post(packet, filled.packet(), filled.document(), through);
            unposted.put(packet, post);
            return post;
        } finally {
            lock.unlock();
        }
    }

    private void stopLooking() {
        lock.lock();
        try {
            looked = 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Long> drop(long bytes, long before) {
        lock.lock();
        try {
            List<Long> dropped = new ArrayList<>();
            long free = 0;
            int place = 0;
            for (Iterator<Waiting> all = waiting.iterator(); all.hasNext() && free < bytes; place++) {
                Waiting message = all.next();
                if (message.number >= before) break;
                if (place < looked || message.taken > 0) continue;
                all.remove();
                free += Math.max(1, message.body.length);
                dropped.add(message.number);
            }
            pendingBytes -= free;
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Post> unposted() {
        lock.lock();
        try {
            return List.copyOf(unposted.values());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void posted(long packetNumber) {
        lock.lock();
        try {
            unposted.remove(packetNumber);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}
}
