package io.botmesh.sim;

import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.Turn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that drives a node as any driver has to: takes what comes, commits, carries out. Can die between any two of these steps, and can lose
 * its store to another process without noticing before it commits.
 */
final class Driver {
    private static final long LEAST_SYNC = Scheduler.MILLI;
    private static final long MOST_SYNC = 6 * Scheduler.MILLI;
    private static final long FULL_PAUSE = 100 * Scheduler.MILLI;
    /** Turns without any effect or write that may follow each other at one instant before it is no progress. */
    private static final int MOST_IDLE_TURNS = 10_000;

    /** What a program does with its node. */
    interface Act {
        /**
         * Is called once the process gets to it.
         *
         * @throws MeshException if the node refuses
         */
        void on(NodeCore node, long now);
    }

    private final Machine machine;
    private final Wiring wiring;
    private final Scheduler scheduler;
    private final Witness witness;
    private final Disk.Store store;
    private final Core core;
    private final Errands errands;
    private final @Nullable Mesh mesh;
    private final Polling polling;
    private final ArrayDeque<LongConsumer> inbox = new ArrayDeque<>();
    private final List<Long> offered = new ArrayList<>();
    private final List<Delivery> handled = new ArrayList<>();
    private boolean dead;
    private boolean committing;
    private boolean planned;
    private long wakePlanned = Long.MAX_VALUE;
    private long pausedUntil;
    private long decidedAt;
    private int idleTurns;
    private int fullTimes; // in a row

    /** What only a node of the mesh has. */
    private record Mesh(NodeCore node, MeshErrands errands, Program program) {}

    Driver(Machine machine, Disk.Store store) {
        this.machine = machine;
        this.store = store;
        wiring = machine.wiring();
        scheduler = wiring.scheduler();
        witness = wiring.witness();
        Machine.Running made = wiring.maker().make(store, machine.now());
        core = made.core();
        errands = new Errands(machine, this);
        Machine.OfMesh of = made.node();
        mesh = of == null
                ? null
                : new Mesh(
                        of.core(),
                        new MeshErrands(machine, errands, of.core()),
                        new Program(machine, this, of.core(), of.setup()));
        polling = new Polling(machine, this);
    }

    Disk.Store store() {
        return store;
    }

    Core core() {
        return core;
    }

    /** When the turn was taken whose effects are carried out; a full disk may hold it up for long. */
    long decidedAt() {
        return decidedAt;
    }

    boolean isDead() {
        return dead;
    }

    long waitingBytes() {
        return core.waitingBytes(machine.now());
    }

    void start() {
        soon();
        polling.poll();
        program().ifPresent(Program::start);
    }

    Optional<Program> program() {
        return Optional.ofNullable(mesh).map(Mesh::program);
    }

    void die() {
        if (dead) return;
        dead = true;
        program().ifPresent(Program::die);
        if (!offered.isEmpty()) witness.onForgotten(machine, List.copyOf(offered));
    }

    void pause(long nanos) {
        pausedUntil = Math.max(pausedUntil, scheduler.now() + nanos);
        scheduler.at(pausedUntil, this::soon);
    }

    // --- what comes

    boolean send(String peer, Letter letter) {
        event(now -> offer(peer, letter, now));
        return true;
    }

    void fill(String peer, int bytes, Supplier<Letter> letters) {
        event(now -> {
            while (core.hasRoom(peer, bytes, now)) offer(peer, letters.get(), now);
        });
    }

    private void offer(String peer, Letter letter, long now) {
        try {
            long token = core.send(peer, letter.stream(), letter.subject(), letter.body(), now);
            offered.add(letter.message());
            witness.onOffered(machine, letter.message(), token);
        } catch (MeshException refused) {
            witness.onRefused(machine, letter.message(), String.valueOf(refused.getMessage()));
        }
    }

    /** False if this is no node of the mesh. */
    boolean act(Act act) {
        Mesh there = mesh;
        if (there == null) return false;
        event(now -> act.on(there.node, now));
        return true;
    }

    /** Does something as soon as the process does anything; never, if it is dead. */
    void whenItRuns(Runnable act) {
        if (dead) return;
        if (scheduler.now() < pausedUntil) scheduler.at(pausedUntil, () -> whenItRuns(act));
        else act.run();
    }

    /** Something for the next turn. */
    void event(LongConsumer event) {
        if (dead) return;
        inbox.add(event);
        soon();
    }

    // --- turns

    private void soon() {
        if (planned || dead) return;
        planned = true;
        scheduler.after(0, () -> {
            planned = false;
            turn();
        });
    }

    private void turn() {
        if (dead || committing || scheduler.now() < pausedUntil) return;
        try {
            takeTurn();
        } catch (MeshException stale) {
            if (machine.runs(this)) throw stale;
            machine.gone(this); // what it reads is another one's by now
        }
    }

    private void takeTurn() {
        long now = machine.now();
        boolean came = !inbox.isEmpty();
        while (!inbox.isEmpty()) inbox.remove().accept(now);
        core.onTime(now);
        decidedAt = scheduler.now();
        Turn turn = core.take(now);
        machine.onTurn();
        if (turn.writes().isEmpty()) {
            idleTurns = came || !turn.effects().isEmpty() ? 0 : idleTurns + 1;
            if (idleTurns > MOST_IDLE_TURNS)
                throw new IllegalStateException(machine.name() + " wakes up for nothing, again and again");
            carryOut(turn.effects(), turn.effects().size());
            settled();
            sleep();
            return;
        }
        idleTurns = 0;
        committing = true;
        Machine.Death death = machine.runs(this) ? machine.fate().next(machine) : Machine.Death.NEVER;
        scheduler.after(machine.random().nextLong(LEAST_SYNC, MOST_SYNC), () -> {
            if (!dead) commit(turn, death);
        });
    }

    private void commit(Turn turn, Machine.Death death) {
        boolean dies = death != Machine.Death.NEVER && machine.runs(this);
        if (dies && death == Machine.Death.BEFORE_COMMIT) {
            machine.restartAfter(downtime());
            return;
        }
        try {
            store.commit(turn.writes());
        } catch (Disk.Full full) {
            onFull(turn, death);
            return;
        } catch (MeshException.Unusable takenOver) {
            machine.gone(this);
            return;
        }
        committing = false;
        fullTimes = 0;
        witness.onCommitted(machine, store.fence());
        settled();
        List<NodeEffect> effects = turn.effects();
        if (!dies) {
            carryOut(effects, effects.size());
            soon();
            return;
        }
        boolean none = death == Machine.Death.AFTER_COMMIT;
        carryOut(effects, none ? 0 : machine.random().nextInt(effects.size() + 1));
        machine.restartAfter(downtime());
    }

    /** Nothing of the turn has happened: it is tried again, or somebody loses patience and starts the process anew. */
    private void onFull(Turn turn, Machine.Death death) {
        long pause = FULL_PAUSE << Math.min(5, fullTimes++);
        if (machine.runs(this) && machine.random().nextInt(8) == 0) machine.restartAfter(pause);
        else
            scheduler.after(pause, () -> {
                if (!dead) commit(turn, death);
            });
    }

    /** What the last turn took is safe. */
    private void settled() {
        if (!offered.isEmpty()) {
            List<Long> safe = List.copyOf(offered);
            offered.clear();
            witness.onAccepted(machine, safe);
        }
        List<Delivery> done = List.copyOf(handled);
        handled.clear();
        for (Delivery delivery : done) witness.onDone(machine, delivery);
        program().ifPresent(Program::settled);
    }

    private long downtime() {
        return machine.random().nextLong(100 * Scheduler.MILLI, 20 * Scheduler.SECOND);
    }

    private void sleep() {
        long now = machine.now();
        long wake = core.wakeAt(now);
        if (wake == Long.MAX_VALUE) return;
        long at = scheduler.now() + Math.max(0, wake - now);
        if (at >= wakePlanned && wakePlanned > scheduler.now()) return;
        wakePlanned = at;
        scheduler.at(at, () -> {
            if (dead) return;
            if (wakePlanned == at) wakePlanned = Long.MAX_VALUE;
            soon();
        });
    }

    // --- effects

    private void carryOut(List<NodeEffect> effects, int first) {
        for (NodeEffect effect : effects.subList(0, first)) {
            switch (effect) {
                case NodeEffect.Confirm confirm -> polling.confirm(confirm.updateOffset());
                case NodeEffect.Deliver deliver -> deliver(deliver.run(), 0);
                case NodeEffect.Reached reached -> {
                    witness.onReached(machine, reached);
                    mesh().program.reached(reached);
                }
                case NodeEffect.Lost lost -> {
                    witness.onLost(machine, lost);
                    mesh().program.lost(lost);
                }
                case NodeEffect.Recall recall -> mesh().errands.recall(recall.post());
                case NodeEffect.OfRegister of -> mesh().errands.carryOut(of.effect());
                case NodeEffect.Tell tell -> witness.onEvent(machine, tell.event());
                default -> errands.carryOut(effect);
            }
        }
    }

    private Mesh mesh() {
        if (mesh == null) throw new IllegalStateException(machine.name() + " is no node of the mesh");
        return mesh;
    }

    private void deliver(List<Delivery> run, int from) {
        List<Delivery> managed = new ArrayList<>();
        for (int i = from; i < run.size(); i++) {
            Delivery delivery = run.get(i);
            if (mesh != null && Program.isFor(delivery)) {
                int next = i + 1;
                mesh.program.take(delivery, failure -> {
                    event(now -> core.onHandled(delivery.id(), failure, now));
                    if (failure == null && next < run.size()) deliver(run, next);
                });
                break;
            }
            witness.onDelivered(machine, delivery, machine.runs(this));
            Manners.Verdict verdict = machine.manners().next(delivery);
            if (verdict.nanos() > 0 || verdict.failure() != null) {
                int next = i + 1;
                scheduler.after(verdict.nanos(), () -> {
                    if (dead) return;
                    ended(delivery, verdict.failure());
                    tell(List.of(delivery), verdict.failure());
                    if (verdict.failure() == null && next < run.size()) deliver(run, next);
                });
                break;
            }
            ended(delivery, null);
            managed.add(delivery);
        }
        if (!managed.isEmpty()) tell(managed, null);
    }

    private void ended(Delivery delivery, @Nullable String failure) {
        if (machine.runs(this)) witness.onEnded(machine, delivery, failure);
    }

    private void tell(List<Delivery> deliveries, @Nullable String failure) {
        event(now -> {
            for (Delivery delivery : deliveries) {
                core.onHandled(delivery.id(), failure, now);
                if (failure == null) handled.add(delivery);
            }
        });
    }
}
