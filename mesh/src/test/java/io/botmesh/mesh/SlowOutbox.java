package io.botmesh.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An outbox that takes its time between taking messages from the queue and handing out their packet. */
record SlowOutbox(MemoryOutbox outbox, Pause pause) implements Outbox {
    interface Pause {
        void await() throws InterruptedException;
    }

    SlowOutbox(Pause pause) {
        this(new MemoryOutbox(), pause);
    }

    @Override
    public @Nullable Post pack(long mostBytes, Filling filling) throws InterruptedException {
        Post post = outbox.pack(mostBytes, filling);
        pause.await();
        return post;
    }

    @Override
    public long incarnation() {
        return outbox.incarnation();
    }

    @Override
    public long messages() {
        return outbox.messages();
    }

    @Override
    public long pendingBytes() {
        return outbox.pendingBytes();
    }

    @Override
    public long append(String subject, InputStream body) throws IOException {
        return outbox.append(subject, body);
    }

    @Override
    public List<Long> drop(long bytes, long before) {
        return outbox.drop(bytes, before);
    }

    @Override
    public List<Post> unposted() {
        return outbox.unposted();
    }

    @Override
    public void posted(long packetNumber) {
        outbox.posted(packetNumber);
    }

    @Override
    public void close() {
        outbox.close();
    }
}
