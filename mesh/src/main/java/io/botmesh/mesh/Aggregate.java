package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has been made of all messages about a subject so far, kept in the node's store. A message's part in it and that it is done are one
 * transaction: each message counts once, whatever dies. See {@link Quasi#aggregate}. Thread-safe.
 */
public final class Aggregate {
    private static final long AGGREGATES = 40; // which pattern
    private static final int ROW_VERSION = 1;

    /** Makes the next state of a state and a message; one at a time. */
    @FunctionalInterface
    public interface Step {
        /**
         * The next state.
         *
         * @param state as it was, not to be changed; empty at first
         * @throws Exception any failure: the message comes again, as in a {@link Message.Handler}
         */
        byte[] next(byte[] state, Message message) throws Exception;
    }

    private final String name;
    private final Step step;
    private final NodeStore.Key row;
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] state;
    private long steps;
    private long safeSteps;
    private volatile byte[] safe;

    Aggregate(String name, Step step, NodeStore store) {
        this.name = name;
        this.step = step;
        byte[] digest = ObjectParts.sha256().digest(name.getBytes(StandardCharsets.UTF_8));
        row = new NodeStore.Key(
                Kind.PATTERN, AGGREGATES, ByteBuffer.wrap(digest).getLong());
        state = store.read(row)
                .map(bytes -> Rows.read("an aggregate", ROW_VERSION, bytes, Rows::readBytes))
                .orElse(new byte[0]);
        safe = state;
    }

    /** Its name in the store. */
    public String name() {
        return name;
    }

    /** The state that is on the disk; not to be changed. */
    public byte[] value() {
        return safe;
    }

    /** The state as UTF-8. */
    public String text() {
        return new String(safe, StandardCharsets.UTF_8);
    }

    /** In the order in which states follow each other, so that a later one is never written first. */
    void take(Message message) throws Exception {
        lock.lockInterruptibly();
        try {
            byte[] next = step.next(state, message);
            byte[] bytes = Rows.write(ROW_VERSION, out -> Rows.writeBytes(out, next));
            long number = ++steps;
            state = next;
            var unused = message.end(new NodeStore.Write(row, bytes)).thenRun(() -> onSafe(number, next));
        } finally {
            lock.unlock();
        }
    }

    private void onSafe(long number, byte[] next) {
        lock.lock();
        try {
            if (number <= safeSteps) return;
            safeSteps = number;
            safe = next;
        } finally {
            lock.unlock();
        }
    }
}
