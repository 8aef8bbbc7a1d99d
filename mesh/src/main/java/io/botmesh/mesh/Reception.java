package io.botmesh.mesh;

import io.botmesh.mesh.Inbox.Assembly;
import io.botmesh.mesh.Inbox.Change;
import io.botmesh.mesh.Inbox.Kept;
import io.botmesh.mesh.Inbox.Known;
import io.botmesh.mesh.Inbox.Range;
import io.botmesh.mesh.Inbox.StreamId;
import io.botmesh.mesh.Inbox.Whole;
import io.botmesh.wire.Data;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Piece;
import io.botmesh.wire.Reassembler;
import io.botmesh.wire.StreamReceiver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream on its way in: puts its pieces in order, makes messages of them, and hands those on one at a time. What it
 * decides is in the inbox before anybody acts on it.
 */
final class Reception {
    /** Takes a message; false if it is not to be handed out again although it was not handled. */
    interface Taker {
        boolean take(Incoming message) throws InterruptedException;
    }

    /** A plain sender repeats nothing that Telegram has taken, so nothing may be refused for being early: the disk is the bound. */
    private static final StreamReceiver.Window WINDOW =
            new StreamReceiver.Window(Limits.MAX_NUMBER, Long.MAX_VALUE / 2);

    /** The rules of order and of messages, as they stand after what is stored. */
    private record Rules(StreamReceiver receiver, Reassembler reassembler) {}

    private final StreamId stream;
    private final Inbox inbox;
    private final Taker taker;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Incoming> ready = new ArrayDeque<>();
    private @Nullable Rules rules;
    private Assembly assembly = Assembly.NONE;
    private boolean handling;

    Reception(StreamId stream, Inbox inbox, Taker taker) {
        this.stream = stream;
        this.inbox = inbox;
        this.taker = taker;
    }

    /** Takes a frame's pieces; true if there was anything new among them. Called by one thread at a time. */
    boolean take(String sender, Data data) {
        Rules now = load();
        List<Kept> stored = new ArrayList<>();
        List<Whole> whole = new ArrayList<>();
        List<Range> dropped = new ArrayList<>();
        Assembly then = assembly;
        for (StreamReceiver.Event event : now.receiver.onData(data)) {
            switch (event) {
                case StreamReceiver.Event.Store store -> {
                    for (long n = store.from(); n < store.until(); n++) stored.add(new Kept(n, piece(data, n)));
                }
                case StreamReceiver.Event.Deliver deliver -> {
                    for (long n = deliver.from(); n < deliver.until(); n++) {
                        then = assemble(now.reassembler, n, piece(data, n), then, whole, dropped);
                    }
                }
                case StreamReceiver.Event.Duplicate known -> {}
                case StreamReceiver.Event.Outside never -> throw new IllegalStateException("outside: " + never);
            }
        }
        if (stored.isEmpty()) return false;
        try {
            inbox.store(new Change(stream, sender, stored, now.receiver.next(), then, whole, dropped));
        } catch (RuntimeException failed) {
            rules = null; // nothing of it happened: go on from what is stored
            throw failed;
        }
        assembly = then;
        lock.lock();
        try {
            for (Whole one : whole) ready.add(one.message(inbox, stream, sender));
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** Hands out what is whole, in order. If another thread is at it, that one goes on with what came since. */
    void handleReady() throws InterruptedException {
        load();
        if (!begin()) return;
        try {
            while (true) {
                Incoming message = peek();
                if (message == null) return;
                if (taker.take(message)) inbox.done(message);
                advance();
            }
        } catch (InterruptedException | RuntimeException | Error cut) {
            end();
            throw cut;
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            if (handling) return false;
            handling = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            handling = false;
        } finally {
            lock.unlock();
        }
    }

    /** The next message; with none left, handling has ended, in one step so that no message falls in between. */
    private @Nullable Incoming peek() {
        lock.lock();
        try {
            Incoming message = ready.peek();
            if (message == null) handling = false;
            return message;
        } finally {
            lock.unlock();
        }
    }

    private void advance() {
        lock.lock();
        try {
            ready.remove();
        } finally {
            lock.unlock();
        }
    }

    private Piece piece(Data data, long sequence) {
        if (sequence >= data.sequence() && sequence < data.nextSequence()) {
            return data.pieces().get((int) (sequence - data.sequence()));
        }
        return inbox.piece(stream, sequence); // it came before those that it had to wait for
    }

    private static Assembly assemble(
            Reassembler reassembler,
            long sequence,
            Piece piece,
            Assembly before,
            List<Whole> whole,
            List<Range> dropped) {
        Assembly open = before;
        boolean used = false;
        for (Reassembler.Event event : reassembler.onPiece(piece)) {
            switch (event) {
                case Reassembler.Event.Message message -> {
                    whole.add(new Whole(sequence, sequence, piece.subject(), piece.length()));
                    used = true;
                }
                case Reassembler.Event.Begin begin -> {
                    open = new Assembly(sequence, piece.subject(), reassembler.state());
                    used = true;
                }
                case Reassembler.Event.More more -> {
                    open = new Assembly(open.first(), open.subject(), reassembler.state());
                    used = true;
                }
                case Reassembler.Event.End end -> {
                    whole.add(new Whole(
                            open.first(), sequence, open.subject(), open.state().length()));
                    open = Assembly.NONE;
                    used = true;
                }
                case Reassembler.Event.Broken broken -> {
                    if (open.state().length() > 0) dropped.add(new Range(open.first(), sequence));
                    open = new Assembly(sequence, "", reassembler.state());
                }
            }
        }
        if (!used) dropped.add(new Range(sequence, sequence + 1));
        return open;
    }

    private Rules load() {
        lock.lock();
        try {
            if (rules != null) return rules;
        } finally {
            lock.unlock();
        }
        Known known = inbox.known(stream);
        lock.lock();
        try {
            if (rules != null) return rules;
            boolean first = ready.isEmpty() && !handling;
            var loaded = new Rules(
                    new StreamReceiver(WINDOW, known.nextSequence(), known.early()),
                    new Reassembler(Limits.MAX_NUMBER, known.assembly().state()));
            assembly = known.assembly();
            if (first) ready.addAll(known.ready());
            rules = loaded;
            return loaded;
        } finally {
            lock.unlock();
        }
    }
}
