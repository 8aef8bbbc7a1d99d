package io.botmesh.botapi;

import io.botmesh.botapi.ApiException.FloodWait;
import io.botmesh.botapi.ApiException.Rejected;
import io.botmesh.botapi.SendListener.Verdict;
import io.botmesh.botapi.SendStore.Kept;
import io.botmesh.botapi.SendStore.Slot;
import io.botmesh.botapi.SendStore.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls that must not get lost: {@link #add} returns when the call is in the store, and it goes out some time later,
 * in this process or in the next one. Calls into one chat keep their order.
 *
 * <p>Sends cannot be made twice unnoticed, and nobody can ask the server what it has got. So a call that was on its way
 * when the process died is not sent again by itself: it is <em>maybe sent</em>, the {@link SendListener} is asked, and only
 * then does anything go out. Calls that may happen twice (edits, deletions...) just go again.
 */
public final class SendQueue implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final LimitedApi api;
    private final SendStore store;
    private final SendListener listener;

    private final ReentrantLock lock = new ReentrantLock(); // guards what follows, never held over I/O
    private final Condition laneEnded = lock.newCondition();
    private final Map<String, Lane> lanes = new HashMap<>();
    private int waiting;
    private boolean closed;

    private static final class Lane {
        final String name;
        /** By number; true if it is held. */
        final TreeMap<Long, Boolean> calls = new TreeMap<>();

        @Nullable
        Thread sender;

        /** Whether a call of it may be on its way. */
        volatile boolean going;

        /** Which call may have been sent while the listener has not been asked, or -1; of the sender. */
        long doubtful = -1;

        Lane(String name) {
            this.name = name;
        }
    }

    private SendQueue(LimitedApi api, SendStore store, SendListener listener) {
        this.api = Objects.requireNonNull(api, "api");
        this.store = Objects.requireNonNull(store, "store");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** Asks the listener about all that may have been sent, then starts to send. The store stays the caller's to close. */
    public static SendQueue open(LimitedApi api, SendStore store, SendListener listener) throws InterruptedException {
        var queue = new SendQueue(api, store, listener);
        for (Slot slot : store.slots()) queue.takeUp(slot);
        queue.startAll();
        return queue;
    }

    private void takeUp(Slot slot) throws InterruptedException {
        switch (slot.state()) {
            case QUEUED -> enter(slot.lane(), slot.number(), false);
            case REFUSED -> {}
            case SENDING, MAYBE_SENT -> {
                Kept kept = store.load(slot.number()).orElseThrow();
                if (slot.state() == State.SENDING && Route.ofRaw(call(kept)).repeatable()) {
                    store.mark(slot.number(), State.QUEUED, null);
                    enter(slot.lane(), slot.number(), false);
                } else {
                    String why = kept.why() == null ? "the process ended while it was on its way" : kept.why();
                    decide(kept, why, Runnable::run);
                }
            }
        }
    }

    /**
     * Adds a call behind all others into the same chat.
     *
     * @return its number
     * @throws IllegalArgumentException if it uploads a file: send those without a queue, then queue their file_id
     * @throws IllegalStateException    if the queue is closed
     */
    public long add(ApiCall<?> call) {
        var out = new JsonOut();
        Calls.write(call, out);
        String parameters = new String(out.bytes(), StandardCharsets.UTF_8);
        if (!out.parts().isEmpty())
            throw new IllegalArgumentException(call.method() + " uploads a file, which is not kept");
        Route route = Routes.of(call);
        String place = route.place();
        String lane = place == null ? route.method() : place;
        requireOpen();
        long number = store.add(lane, call.method(), parameters);
        enter(lane, number, false);
        start(lane);
        return number;
    }

    private void requireOpen() {
        lock.lock();
        try {
            if (closed) throw new IllegalStateException("the queue is closed");
        } finally {
            lock.unlock();
        }
    }

    /** Calls that may have been sent, or were refused. */
    public List<Kept> undecided() {
        return store.slots().stream()
                .filter(slot -> slot.state() == State.MAYBE_SENT || slot.state() == State.REFUSED)
                .map(slot -> store.load(slot.number()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Sends one of the {@link #undecided()}, before those behind it that still wait. */
    public void resend(long number) {
        Kept kept = store.load(number).orElse(null);
        if (kept == null || (kept.state() != State.MAYBE_SENT && kept.state() != State.REFUSED)) return;
        store.mark(number, State.QUEUED, null);
        enter(kept.lane(), number, false);
        start(kept.lane());
    }

    /** Forgets one of the {@link #undecided()}. */
    public void drop(long number) {
        Kept kept = store.load(number).orElse(null);
        if (kept == null || (kept.state() != State.MAYBE_SENT && kept.state() != State.REFUSED)) return;
        store.remove(number);
        leave(kept.lane(), number);
        start(kept.lane());
    }

    /** Calls that wait, held ones included. */
    public int size() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    private void enter(String name, long number, boolean held) {
        lock.lock();
        try {
            Boolean before = lanes.computeIfAbsent(name, Lane::new).calls.put(number, held);
            if (before == null) waiting++;
        } finally {
            lock.unlock();
        }
    }

    private void leave(String name, long number) {
        lock.lock();
        try {
            Lane lane = lanes.get(name);
            if (lane != null && lane.calls.remove(number) != null) waiting--;
        } finally {
            lock.unlock();
        }
    }

    private void startAll() {
        lock.lock();
        try {
            for (String lane : List.copyOf(lanes.keySet())) start(lane);
        } finally {
            lock.unlock();
        }
    }

    private void start(String name) {
        lock.lock();
        try {
            Lane lane = lanes.get(name);
            if (closed || lane == null || lane.sender != null) return;
            lane.sender = Thread.ofVirtual().name("send-queue").start(() -> send(lane));
        } finally {
            lock.unlock();
        }
    }

    /** The number at the head, if it may go; else the lane ends. */
    private @Nullable Long next(Lane lane) {
        lock.lock();
        try {
            Map.Entry<Long, Boolean> head = lane.calls.firstEntry();
            if (head != null && !head.getValue() && !closed) return head.getKey();
            end(lane);
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void end(Lane lane) {
        lane.sender = null;
        if (lane.calls.isEmpty()) lanes.remove(lane.name, lane);
        laneEnded.signalAll();
    }

    private void send(Lane lane) {
        int failures = 0;
        try {
            for (Long number = next(lane); number != null; number = next(lane)) {
                Duration pause = attemptOrPause(lane, number, failures);
                failures = pause == null ? 0 : failures + 1;
                if (pause != null) Thread.sleep(pause);
            }
        } catch (InterruptedException closing) {
            // which is how it ends
        } finally {
            lock.lock();
            try {
                if (Thread.currentThread().equals(lane.sender)) end(lane);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Memory that runs out for a moment, wherever it does, ends no lane. */
    private @Nullable Duration attemptOrPause(Lane lane, long number, int failures) throws InterruptedException {
        try {
            return attempt(lane, number, failures);
        } catch (RuntimeException | Error worse) { // what was to be done about a failure has failed itself
            if (lane.going) lane.doubtful = number;
            lane.going = false;
            return LONGEST_PAUSE;
        }
    }

    /** One call, as far as it gets; the pause before the next try, or null if it is out of the way. */
    private @Nullable Duration attempt(Lane lane, long number, int failures) throws InterruptedException {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 6));
        if (pause.compareTo(LONGEST_PAUSE) > 0) pause = LONGEST_PAUSE;
        Kept kept;
        try {
            kept = store.load(number).orElse(null);
        } catch (RuntimeException | Error unreadable) {
            tell(() -> listener.onTrouble(unreadable));
            return pause;
        }
        if (kept == null) {
            if (lane.doubtful == number) lane.doubtful = -1;
            leave(lane.name, number);
            return null;
        }
        if (lane.doubtful == number) {
            decide(lane, kept, "the program ran out of something while it was on its way");
            return null;
        }
        RawCall call = call(kept);
        try {
            RawJson answer = api.call(call, new Progress(lane, number));
            persist(() -> store.remove(number));
            lane.going = false;
            leave(lane.name, number);
            tell(() -> listener.onSent(kept, answer));
            return null;
        } catch (FloodWait wait) {
            lane.going = false;
            return wait.retryAfter();
        } catch (Rejected refused) {
            return onRefused(lane, kept, refused) ? null : LONGEST_PAUSE;
        } catch (TransportException failed) {
            boolean unknown = lane.going;
            if (unknown) lane.doubtful = number;
            lane.going = false;
            if (!unknown) return pause;
            if (Route.ofRaw(call).repeatable()) {
                persist(() -> store.mark(number, State.QUEUED, null));
                lane.doubtful = -1;
                return pause;
            }
            decide(lane, kept, String.valueOf(failed.getMessage()));
            return null;
        } catch (RuntimeException | Error broken) { // of the store, of a listener, or for want of memory
            boolean unknown = lane.going;
            if (unknown) lane.doubtful = number;
            lane.going = false;
            tell(() -> listener.onTrouble(broken));
            if (unknown) decide(lane, kept, broken.toString());
            return pause;
        }
    }

    /** Asks about the lane's head. */
    private void decide(Lane lane, Kept kept, String why) throws InterruptedException {
        decide(kept, why, this::persist);
        lane.doubtful = -1;
    }

    /** Whether it was the call that was refused, and not the bot. */
    private boolean onRefused(Lane lane, Kept kept, Rejected refused) throws InterruptedException {
        lane.going = false;
        boolean bot = refused.errorCode() == 401 || refused.errorCode() == 404;
        if (bot) {
            persist(() -> store.mark(kept.number(), State.QUEUED, null));
            tell(() -> listener.onTrouble(refused));
            return false;
        }
        persist(() -> store.mark(kept.number(), State.REFUSED, refused.description()));
        leave(lane.name, kept.number());
        tell(() -> listener.onRefused(kept, refused));
        return true;
    }

    /** How the store is written to. */
    private interface Writing {
        void write(Runnable change) throws InterruptedException;
    }

    private void decide(Kept kept, String why, Writing writing) throws InterruptedException {
        var maybe = new Kept(kept.number(), kept.lane(), State.MAYBE_SENT, kept.method(), kept.parameters(), why);
        writing.write(() -> store.mark(kept.number(), State.MAYBE_SENT, why));
        switch (verdict(maybe)) {
            case HOLD -> enter(kept.lane(), kept.number(), true);
            case PASS -> leave(kept.lane(), kept.number());
            case DROP -> {
                writing.write(() -> store.remove(kept.number()));
                leave(kept.lane(), kept.number());
            }
            case RESEND -> {
                writing.write(() -> store.mark(kept.number(), State.QUEUED, null));
                enter(kept.lane(), kept.number(), false);
            }
        }
    }

    private Verdict verdict(Kept maybe) {
        try {
            return listener.onMaybeSent(maybe);
        } catch (RuntimeException | Error broken) {
            tell(() -> listener.onTrouble(broken));
            return Verdict.HOLD;
        }
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | Error theirs) {
            // nobody is left to hear of it
        }
    }

    /** What has happened has to be written down before anything else happens in its lane. */
    private void persist(Runnable write) throws InterruptedException {
        while (true) {
            try {
                write.run();
                return;
            } catch (RuntimeException | Error unwritten) {
                tell(() -> listener.onTrouble(unwritten));
                Thread.sleep(FIRST_PAUSE);
            }
        }
    }

    private static RawCall call(Kept kept) {
        return RawCall.of(kept.method(), kept.parameters());
    }

    /** Keeps the store a step ahead of the network. */
    private final class Progress implements LimitedApi.Tries {
        private final Lane lane;
        private final long number;

        Progress(Lane lane, long number) {
            this.lane = lane;
            this.number = number;
        }

        @Override
        public void onSend() {
            store.mark(number, State.SENDING, null);
            lane.going = true;
        }

        @Override
        public void onNotSent() throws InterruptedException {
            persist(() -> store.mark(number, State.QUEUED, null));
            lane.going = false;
        }
    }

    /**
     * Sends nothing more. Calls on their way have ten seconds to be answered; what is cut off then may have been sent, and
     * the next process will ask.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (Lane lane : lanes.values()) if (lane.sender != null && !lane.going) lane.sender.interrupt();
            long left = GRACE.toNanos();
            boolean hurried = false;
            while (lanes.values().stream().anyMatch(lane -> lane.sender != null)) {
                if (left <= 0) for (Lane lane : lanes.values()) if (lane.sender != null) lane.sender.interrupt();
                try {
                    if (left > 0) left = laneEnded.awaitNanos(left);
                    else laneEnded.await();
                } catch (InterruptedException hurry) {
                    hurried = true;
                    left = 0;
                }
            }
            if (hurried) Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
