package io.botmesh.mesh;

import io.botmesh.wire.Piece;
import io.botmesh.wire.StreamReceiver.Held;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** An inbox that dies with its process: for receivers that may lose what they have not handled, and for tests. */
public final class MemoryInbox implements Inbox {
    private static final class Stream {
        final TreeMap<Long, Piece> pieces = new TreeMap<>();
        final TreeMap<Long, Incoming> ready = new TreeMap<>();
        long next;
        long gapSince;
        long channel;
        Assembly assembly = Assembly.NONE;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<StreamId, Stream> streams = new HashMap<>();
    private final Map<Long, byte[]> links = new HashMap<>();

    /** An empty one. */
    public MemoryInbox() {}

    @Override
    public Known known(StreamId id) {
        lock.lock();
        try {
            Stream stream = stream(id);
            List<Held> early = new ArrayList<>();
            stream.pieces
                    .tailMap(stream.next)
                    .forEach((sequence, piece) -> early.add(new Held(sequence, sequence + 1, piece.body().length)));
            return new Known(stream.next, early, stream.assembly, List.copyOf(stream.ready.values()), stream.gapSince);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void store(Change change) {
        lock.lock();
        try {
            check(change);
            apply(change);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void store(long incarnation, List<Change> changes, byte[] link) {
        lock.lock();
        try {
            for (Change change : changes) check(change);
            for (Change change : changes) apply(change);
            links.put(incarnation, link.clone());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<byte[]> link(long incarnation) {
        lock.lock();
        try {
            return Optional.ofNullable(links.get(incarnation)).map(byte[]::clone);
        } finally {
            lock.unlock();
        }
    }

    private void check(Change change) {
        Stream stream = stream(change.stream());
        for (Kept kept : change.pieces()) {
            if (stream.pieces.containsKey(kept.sequence())) {
                throw new IllegalStateException("piece " + kept.sequence() + " is kept already");
            }
        }
    }

    private void apply(Change change) {
        Stream stream = stream(change.stream());
        for (Kept kept : change.pieces()) stream.pieces.put(kept.sequence(), kept.piece());
        for (Range range : change.dropped()) {
            stream.pieces.subMap(range.from(), range.until()).clear();
        }
        for (Whole whole : change.whole()) {
            stream.ready.put(whole.first(), whole.message(this, change.stream(), change.sender()));
        }
        stream.next = change.nextSequence();
        stream.assembly = change.assembly();
        stream.gapSince = change.gapSince();
        stream.channel = change.channel();
    }

    @Override
    public Piece piece(StreamId id, long sequence) {
        lock.lock();
        try {
            return Objects.requireNonNull(stream(id).pieces.get(sequence), "no such piece");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Waiting> waiting() {
        lock.lock();
        try {
            return streams.entrySet().stream()
                    .filter(entry -> !entry.getValue().ready.isEmpty())
                    .map(entry -> new Waiting(entry.getKey(), entry.getValue().channel))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void done(Incoming message) {
        lock.lock();
        try {
            Stream stream = stream(message.stream());
            if (stream.ready.remove(message.firstSequence()) == null) return;
            stream.pieces
                    .subMap(message.firstSequence(), true, message.lastSequence(), true)
                    .clear();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setAside(Incoming message, String why) {
        done(message); // nobody could look at it later
    }

    @Override
    public void flush() {}

    @Override
    public InputStream body(Incoming message) {
        lock.lock();
        try {
            List<InputStream> parts = new ArrayList<>();
            stream(message.stream())
                    .pieces
                    .subMap(message.firstSequence(), true, message.lastSequence(), true)
                    .values()
                    .forEach(piece -> parts.add(new ByteArrayInputStream(piece.body())));
            return new SequenceInputStream(Collections.enumeration(parts));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int forget(long silentSeconds) {
        return 0; // a process is not old enough
    }

    @Override
    public void close() {}

    private Stream stream(StreamId id) {
        return streams.computeIfAbsent(id, fresh -> new Stream());
    }
}
