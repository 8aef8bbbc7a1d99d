package io.botmesh.sim;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.Turn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A computer with a disk, a clock and a process that drives one node: takes what comes, commits, carries out, as any driver
 * has to. Its process can die between any two of these steps, and starts again from the disk.
 */
final class Machine {
    private static final long CALL_PATIENCE = 30 * Scheduler.SECOND;
    private static final Duration POLL = Duration.ofSeconds(50);
    private static final long POLL_PATIENCE = 60 * Scheduler.SECOND;
    private static final long UNCONFIRMED = 60 * Scheduler.SECOND;
    private static final long LEAST_SYNC = Scheduler.MILLI;
    private static final long MOST_SYNC = 6 * Scheduler.MILLI;
    /** Turns without any effect or write that may follow each other at one instant before it is no progress. */
    private static final int MOST_IDLE_TURNS = 10_000;

    /** Makes a node out of what is on the disk. */
    interface CoreMaker {
        Core make(NodeStore store, long now);
    }

    /** Where in a commit the process dies. */
    enum Death {
        NEVER,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        AMID_EFFECTS
    }

    /** Decides at each commit. */
    interface Fate {
        Death next(Machine machine);
    }

    private final String name;
    private final Server server;
    private final Scheduler scheduler;
    private final DeskTransport transport;
    private final Carrier.Reader reader;
    private final Map<String, Carrier.Writers> writers;
    private final CoreMaker maker;
    private final Witness witness;
    private final SplittableRandom random;
    private final long mostHandling;
    private final Disk disk = new Disk();

    private Fate fate = machine -> Death.NEVER;
    private long clockAhead; // of the server's
    private long clockBase; // what the process adds to virtual time
    private long lastNow;

    // Of the process that runs, if one does.
    private @Nullable Core core;
    private @Nullable NodeStore store;
    private int life;
    private final ArrayDeque<LongConsumer> inbox = new ArrayDeque<>();
    private final List<Long> offered = new ArrayList<>();
    private final List<Delivery> handled = new ArrayList<>();
    private boolean committing;
    private boolean planned;
    private long wakePlanned = Long.MAX_VALUE;
    private long pausedUntil;
    private long downUntil;
    private int idleTurns;

    private boolean polling;
    private long updateOffset;
    private long awaited; // offset that has to be confirmed before the next poll

    private long turns;
    private long deaths;
    private int running;

    Machine(
            String name,
            Server server,
            Scheduler scheduler,
            DeskTransport transport,
            Carrier.Reader reader,
            Map<String, Carrier.Writers> writers,
            CoreMaker maker,
            Witness witness,
            SplittableRandom random,
            long mostHandling) {
        this.name = name;
        this.server = server;
        this.scheduler = scheduler;
        this.transport = transport;
        this.reader = reader;
        this.writers = writers;
        this.maker = maker;
        this.witness = witness;
        this.random = random;
        this.mostHandling = mostHandling;
    }

    String name() {
        return name;
    }

    Disk disk() {
        return disk;
    }

    Carrier.Reader reader() {
        return reader;
    }

    Carrier.Writers writers(String peer) {
        Carrier.Writers found = writers.get(peer);
        if (found == null) throw new IllegalArgumentException(name + " cannot post to " + peer);
        return found;
    }

    void fate(Fate fate) {
        this.fate = fate;
    }

    boolean alive() {
        return core != null;
    }

    long turns() {
        return turns;
    }

    long deaths() {
        return deaths;
    }

    /** The clock of this machine when its next process starts. */
    void clockAhead(long nanos) {
        clockAhead = nanos;
    }

    /** Nanoseconds since the epoch as the process counts them: never back, not even over a restart. */
    private long now() {
        lastNow = Math.max(lastNow, clockBase + scheduler.now());
        return lastNow;
    }

    // --- life and death

    void start() {
        if (core != null || scheduler.now() < downUntil) return;
        life++;
        long wall = Server.START.getEpochSecond() * Scheduler.SECOND + scheduler.now() + clockAhead;
        clockBase = Math.max(wall, lastNow) - scheduler.now();
        store = disk.open();
        core = maker.make(store, now());
        updateOffset = 0;
        awaited = 0;
        soon();
        poll();
    }

    /** The process dies. */
    void kill() {
        if (core == null) return;
        deaths++;
        core = null;
        store = null;
        disk.crash(disk.unsafe() == 0 ? 0 : random.nextInt(disk.unsafe() + 1));
        inbox.clear();
        if (!offered.isEmpty()) witness.onForgotten(this, List.copyOf(offered));
        offered.clear();
        handled.clear();
        committing = false;
        planned = false;
        wakePlanned = Long.MAX_VALUE;
        pausedUntil = 0;
        polling = false;
        running = 0;
        life++;
        witness.onKilled(this);
    }

    /** The process dies and starts again after a while. */
    void restartAfter(long nanos) {
        kill();
        downUntil = Math.max(downUntil, scheduler.now() + nanos); // off for a day is off for a day
        scheduler.at(downUntil, this::start);
    }

    /** The process does nothing for so long. */
    void pause(long nanos) {
        pausedUntil = Math.max(pausedUntil, scheduler.now() + nanos);
        scheduler.at(pausedUntil, this::soon);
    }

    // --- turns

    /** Sends a message, once the process gets to it; false if there is no process. */
    boolean send(String peer, String stream, String subject, byte[] body, long message) {
        if (core == null) return false;
        inbox.add(now -> {
            Core node = core;
            if (node == null) return;
            try {
                long token = node.send(peer, stream, subject, body, now);
                offered.add(message);
                witness.onOffered(this, message, token);
            } catch (MeshException refused) {
                witness.onRefused(this, message, String.valueOf(refused.getMessage()));
            }
        });
        soon();
        return true;
    }

    /** Something to send. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Letter(String stream, String subject, byte[] body, long message) {}

    /** Sends messages, once the process gets to it, until the node takes no more. */
    void fill(String peer, int bytes, java.util.function.Supplier<Letter> letters) {
        if (core == null) return;
        inbox.add(now -> {
            Core node = core;
            if (node == null) return;
            while (node.hasRoom(peer, bytes, now)) {
                Letter one = letters.get();
                long token = node.send(peer, one.stream, one.subject, one.body, now);
                offered.add(one.message);
                witness.onOffered(this, one.message, token);
            }
        });
        soon();
    }

    /** Something for the process that began it; nothing if that is dead. */
    private void event(int its, LongConsumer event) {
        if (its != life || core == null) return;
        inbox.add(event);
        soon();
    }

    private void soon() {
        if (planned) return;
        planned = true;
        int its = life;
        scheduler.after(0, () -> {
            if (its != life) return;
            planned = false;
            turn();
        });
    }

    private void turn() {
        Core node = core;
        if (node == null || committing || scheduler.now() < pausedUntil) return;
        long now = now();
        boolean came = !inbox.isEmpty();
        while (!inbox.isEmpty()) inbox.remove().accept(now);
        if (node.wakeAt(now) <= now) node.onTime(now);
        Turn turn = node.take(now);
        turns++;
        if (turn.writes().isEmpty()) {
            idleTurns = came || !turn.effects().isEmpty() ? 0 : idleTurns + 1;
            if (idleTurns > MOST_IDLE_TURNS)
                throw new IllegalStateException(name + " wakes up for nothing, again and again");
            carryOut(turn.effects(), turn.effects().size());
            settled();
            sleep();
            return;
        }
        idleTurns = 0;
        committing = true;
        Death death = fate.next(this);
        int its = life;
        scheduler.after(random.nextLong(LEAST_SYNC, MOST_SYNC), () -> {
            if (its == life) commit(turn, death);
        });
    }

    private void commit(Turn turn, Death death) {
        NodeStore mine = store;
        if (mine == null) return;
        committing = false;
        if (death == Death.BEFORE_COMMIT) {
            restartAfter(downtime());
            return;
        }
        try {
            mine.commit(turn.writes());
        } catch (Disk.Full full) {
            restartAfter(100 * Scheduler.MILLI); // the turn never happened; the node is made again from the disk
            return;
        } catch (InterruptedException nobodyDoes) {
            throw new IllegalStateException(nobodyDoes);
        }
        settled();
        if (death != Death.NEVER) {
            int done = death == Death.AFTER_COMMIT
                    ? 0
                    : random.nextInt(turn.effects().size() + 1);
            carryOut(turn.effects(), done);
            restartAfter(downtime());
            return;
        }
        carryOut(turn.effects(), turn.effects().size());
        soon();
    }

    /** What the last turn took is safe. */
    private void settled() {
        if (!offered.isEmpty()) {
            List<Long> safe = List.copyOf(offered);
            offered.clear();
            witness.onAccepted(this, safe);
        }
        List<Delivery> done = List.copyOf(handled);
        handled.clear();
        for (Delivery delivery : done) witness.onDone(this, delivery);
    }

    private long downtime() {
        return random.nextLong(100 * Scheduler.MILLI, 20 * Scheduler.SECOND);
    }

    private void sleep() {
        Core node = core;
        if (node == null) return;
        long now = now();
        long wake = node.wakeAt(now);
        if (wake == Long.MAX_VALUE) return;
        long at = scheduler.now() + Math.max(0, wake - now);
        if (at >= wakePlanned && wakePlanned > scheduler.now()) return;
        wakePlanned = at;
        int its = life;
        scheduler.at(at, () -> {
            if (its != life) return;
            if (wakePlanned == at) wakePlanned = Long.MAX_VALUE;
            soon();
        });
    }

    // --- effects

    private void carryOut(List<NodeEffect> effects, int first) {
        for (NodeEffect effect : effects.subList(0, first)) carryOut(effect);
    }

    private void carryOut(NodeEffect effect) {
        switch (effect) {
            case NodeEffect.Post post -> {
                witness.onPost(this, post);
                Carrier.Writers to = writers(post.peer());
                outcome(
                        post.ticket(),
                        () -> to.post(post.lane(), post.packet(), post.document()),
                        outcome -> witness.onOutcome(this, post, outcome));
            }
            case NodeEffect.Forward forward -> {
                Carrier.Writers to = writers(forward.peer());
                outcome(forward.ticket(), () -> to.forward(forward.lane(), forward.post()), outcome -> {});
            }
            case NodeEffect.Delete delete -> {
                Carrier.Writers to = writers(delete.peer());
                call(
                        () -> {
                            to.delete(delete.lane(), delete.messages());
                            return true;
                        },
                        CALL_PATIENCE,
                        (done, failed) -> {});
            }
            case NodeEffect.Confirm confirm -> confirm(confirm.updateOffset());
            case NodeEffect.Fetch fetch -> fetch(fetch);
            case NodeEffect.Recall recall ->
                throw new IllegalStateException("no chat to bring " + recall.post() + " back in");
            case NodeEffect.Deliver deliver -> deliver(deliver.run(), 0);
            case NodeEffect.Reached reached -> witness.onReached(this, reached);
            case NodeEffect.Lost lost -> witness.onLost(this, lost);
            case NodeEffect.OfRegister of ->
                throw new IllegalStateException(
                        name + " has no register of " + of.effect().topic());
            case NodeEffect.Tell tell -> witness.onEvent(this, tell.event());
        }
    }

    private void outcome(long ticket, DeskTransport.Calls<Outcome> post, java.util.function.Consumer<Outcome> seen) {
        int its = life;
        call(post, CALL_PATIENCE, (outcome, failure) -> {
            if (outcome == null) throw new IllegalStateException(name + " posted what cannot be", failure);
            seen.accept(outcome);
            scheduler.after(server.way(), () -> event(its, now -> node().onOutcome(ticket, outcome, now)));
        });
    }

    /** What has left goes on, whether the process lives or not. */
    private <T> void call(DeskTransport.Calls<T> calls, long patience, DeskTransport.Ending<T> ending) {
        scheduler.after(server.way(), () -> transport.attempt(scheduler, patience, calls, ending));
    }

    private Core node() {
        Core node = core;
        if (node == null) throw new IllegalStateException(name + " is dead");
        return node;
    }

    private void fetch(NodeEffect.Fetch fetch) {
        int its = life;
        call(() -> reader.fetch(fetch.attachment(), fetch.mostBytes()), CALL_PATIENCE, (bytes, failure) -> {
            scheduler.after(
                    server.way() + server.way(),
                    () -> event(its, now -> {
                        if (bytes != null) node().onFetched(fetch.update(), bytes, now);
                        else node().onNotFetched(fetch.update(), !(failure instanceof IllegalArgumentException), now);
                    }));
        });
    }

    private void deliver(List<Delivery> run, int which) {
        int its = life;
        Delivery delivery = run.get(which);
        witness.onDelivered(this, delivery);
        if (mostHandling == 0) {
            for (int i = which + 1; i < run.size(); i++) witness.onDelivered(this, run.get(i));
            event(its, now -> run.forEach(one -> ended(one, now)));
            return;
        }
        running++;
        scheduler.after(random.nextLong(mostHandling), () -> {
            if (its != life) return;
            running--;
            event(its, now -> ended(delivery, now));
            if (which + 1 < run.size()) deliver(run, which + 1);
        });
    }

    private void ended(Delivery delivery, long now) {
        node().onHandled(delivery.id(), now);
        handled.add(delivery);
    }

    /** Handlers that have not ended. */
    int running() {
        return running;
    }

    // --- reading

    private void confirm(long offset) {
        updateOffset = Math.max(updateOffset, offset);
        if (updateOffset >= awaited) poll();
    }

    private void poll() {
        if (polling || core == null || updateOffset < awaited) return;
        polling = true;
        int its = life;
        long from = updateOffset;
        DeskTransport.Calls<List<RawUpdate>> poll = () -> reader.poll(from, 100, POLL);
        call(
                poll,
                POLL_PATIENCE,
                (updates, failure) -> scheduler.after(server.way(), () -> {
                    if (its != life) return;
                    polling = false;
                    if (updates == null) pollAgain(its, backOff(failure));
                    else if (updates.isEmpty()) poll();
                    else read(its, updates);
                }));
    }

    private void read(int its, List<RawUpdate> updates) {
        awaited = updates.getLast().updateId() + 1;
        witness.onUpdates(this, updates);
        event(its, now -> node().onUpdates(updates, now));
        long offset = awaited;
        scheduler.after(UNCONFIRMED, () -> {
            if (its != life || polling || awaited != offset || updateOffset >= offset) return;
            awaited = 0; // whoever does not confirm is told again
            poll();
        });
    }

    private void pollAgain(int its, long after) {
        scheduler.after(after, () -> {
            if (its == life) poll();
        });
    }

    private long backOff(@Nullable RuntimeException failure) {
        return switch (failure) {
            case ApiException.FloodWait wait -> wait.retryAfter().toNanos();
            case ApiException.Rejected conflict when conflict.errorCode() == 409 -> 5 * Scheduler.SECOND;
            case null, default -> Scheduler.SECOND;
        };
    }
}
