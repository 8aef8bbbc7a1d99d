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
import java.time.Duration;
import java.time.InstantSource;
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

    /** Learns what was given up. */
    interface Losses {
        void onLost(StreamId stream, String sender, long pieces);
    }

    /** A plain sender repeats nothing that Telegram has taken, so nothing may be refused for being early: the disk is the bound. */
    private static final StreamReceiver.Window WINDOW =
            new StreamReceiver.Window(Limits.MAX_NUMBER, Long.MAX_VALUE / 2);

    /** The rules of order and of messages, as they stand after what is stored. */
    private record Rules(StreamReceiver receiver, Reassembler reassembler) {}

    private final StreamId stream;
    private final Inbox inbox;
    private final Taker taker;
    private final Losses losses;
    private final Duration gapPatience;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Incoming> ready = new ArrayDeque<>();
    private @Nullable Rules rules;
    private Assembly assembly = Assembly.NONE;
    private long gapSince; // epoch seconds, 0 while nothing is missed
    private boolean handling;

    Reception(StreamId stream, Inbox inbox, Taker taker, Losses losses, Duration gapPatience, InstantSource clock) {
        this.stream = stream;
        this.inbox = inbox;
        this.taker = taker;
        this.losses = losses;
        this.gapPatience = gapPatience;
        this.clock = clock;
    }

    /** Takes a frame's pieces; true if there was anything new among them. Called by one thread at a time. */
    boolean take(long channel, String sender, Data data) {
        Rules now = load();
        long next = now.receiver.next();
        var effect = new Effect(data, now.reassembler, assembly);
        effect.apply(now.receiver.onData(data));
        if (effect.stored.isEmpty()) return false;
        long seconds = clock.instant().getEpochSecond();
        long missedSince = 0;
        if (!now.receiver.held().isEmpty()) {
            missedSince = gapSince != 0 && now.receiver.next() == next ? gapSince : seconds;
            if (seconds - missedSince >= gapPatience.toSeconds()) {
                now = jump(now.receiver, effect, sender);
                missedSince = now.receiver.held().isEmpty() ? 0 : seconds;
            }
        }
        try {
            inbox.store(new Change(
                    stream,
                    channel,
                    sender,
                    effect.stored,
                    now.receiver.next(),
                    effect.assembly,
                    effect.whole,
                    effect.dropped,
                    missedSince));
        } catch (RuntimeException failed) {
            rules = null; // nothing of it happened: go on from what is stored
            throw failed;
        }
        rules = now;
        assembly = effect.assembly;
        gapSince = missedSince;
        lock.lock();
        try {
            for (Whole one : effect.whole) ready.add(one.message(inbox, stream, sender));
        } finally {
            lock.unlock();
        }
        return true;
    }

    /**
     * Goes on after pieces that will not come: Telegram keeps a post for a day, and a plain sender repeats nothing that
     * Telegram has taken. Without this one lost post would hold up its sender for ever.
     */
    private Rules jump(StreamReceiver receiver, Effect effect, String sender) {
        long next = receiver.next();
        long first = receiver.held().getFirst().from();
        losses.onLost(stream, sender, first - next);
        if (effect.assembly.state().length() > 0) effect.dropped.add(new Range(effect.assembly.first(), next));
        var after = new StreamReceiver(WINDOW, first, receiver.held());
        var skipping = new Reassembler(Limits.MAX_NUMBER, new Reassembler.State(0, 0, true));
        effect.reassembler = skipping;
        effect.assembly = new Assembly(first, "", skipping.state());
        effect.apply(after.resume());
        return new Rules(after, skipping);
    }

    /** What a packet changes, as it is worked out. */
    private final class Effect {
        final Data data;
        final List<Kept> stored = new ArrayList<>();
        final List<Whole> whole = new ArrayList<>();
        final List<Range> dropped = new ArrayList<>();
        Reassembler reassembler;
        Assembly assembly;

        Effect(Data data, Reassembler reassembler, Assembly assembly) {
            this.data = data;
            this.reassembler = reassembler;
            this.assembly = assembly;
        }

        void apply(List<StreamReceiver.Event> events) {
            for (StreamReceiver.Event event : events) {
                switch (event) {
                    case StreamReceiver.Event.Store store -> {
                        for (long n = store.from(); n < store.until(); n++) stored.add(new Kept(n, piece(data, n)));
                    }
                    case StreamReceiver.Event.Deliver deliver -> {
                        for (long n = deliver.from(); n < deliver.until(); n++) {
                            assembly = assemble(reassembler, n, piece(data, n), assembly, whole, dropped);
                        }
                    }
                    case StreamReceiver.Event.Duplicate known -> {}
                    case StreamReceiver.Event.Outside never -> throw new IllegalStateException("outside: " + never);
                }
            }
        }
    }

    /** Whether nothing would be lost if this object were forgotten: its state is in the inbox. */
    boolean idle() {
        lock.lock();
        try {
            return !handling && ready.isEmpty();
        } finally {
            lock.unlock();
        }
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
            gapSince = known.gapSince();
            if (first) ready.addAll(known.ready());
            rules = loaded;
            return loaded;
        } finally {
            lock.unlock();
        }
    }
}
