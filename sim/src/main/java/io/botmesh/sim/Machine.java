package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.SetAside;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A computer with a disk and a clock, and the process on it that drives one node: it dies, stands still, loses its place to another one. */
final class Machine {
    /**
     * What runs in a process.
     *
     * @param node what it is if it is a node of the mesh, null for another scheme
     */
    record Running(Core core, @Nullable OfMesh node) {}

    /** A node of the mesh, and what it was made of. */
    record OfMesh(NodeCore core, NodeSetup setup) {}

    /** Makes a node out of what is on the disk. */
    interface CoreMaker {
        Running make(NodeStore store, long now);
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
    private final Wiring wiring;
    private final SplittableRandom random;
    private final Disk disk = new Disk();
    private final List<Driver> ghosts = new ArrayList<>(); // that do not know yet that their place is taken

    private Fate fate = machine -> Death.NEVER;
    private Manners manners;
    private long clockAhead; // of the server's
    private long clockBase; // what processes add to virtual time
    private long lastNow;
    private long downUntil;
    private long turns;
    private long deaths;
    private @Nullable Driver process;

    Machine(String name, Wiring wiring, Manners manners, SplittableRandom random) {
        this.name = name;
        this.wiring = wiring;
        this.manners = manners;
        this.random = random;
    }

    String name() {
        return name;
    }

    Wiring wiring() {
        return wiring;
    }

    Disk disk() {
        return disk;
    }

    SplittableRandom random() {
        return random;
    }

    Optional<Arrival> arrival(RawUpdate update) {
        return wiring.reader().arrival(update);
    }

    Fate fate() {
        return fate;
    }

    void fate(Fate fate) {
        this.fate = fate;
    }

    /** How its handlers behave. */
    Manners manners() {
        return manners;
    }

    void manners(Manners manners) {
        this.manners = manners;
    }

    boolean alive() {
        return process != null;
    }

    /** Whether that process is the one that has the node. */
    boolean runs(Driver one) {
        return process == one;
    }

    void onTurn() {
        turns++;
    }

    long turns() {
        return turns;
    }

    long deaths() {
        return deaths;
    }

    /** Bytes that wait to be sent. */
    long waitingBytes() {
        Driver running = process;
        return running == null ? 0 : running.waitingBytes();
    }

    /** The clock of this machine when its next process starts. */
    void clockAhead(long nanos) {
        clockAhead = nanos;
    }

    /** Nanoseconds since the epoch as processes count them: never back, not even over a restart. */
    long now() {
        lastNow = Math.max(lastNow, clockBase + wiring.scheduler().now());
        return lastNow;
    }

    /** Whether that is what the server's clock says. */
    boolean isClockRight() {
        return clockBase == Server.START.getEpochSecond() * Scheduler.SECOND;
    }

    // --- life and death

    void start() {
        long time = wiring.scheduler().now();
        if (process != null || time < downUntil) return;
        long wall = Server.START.getEpochSecond() * Scheduler.SECOND + time + clockAhead;
        clockBase = Math.max(wall, lastNow) - time;
        Disk.Store store = disk.open();
        wiring.witness().onOpened(this, store.fence());
        process = new Driver(this, store);
        process.start();
    }

    /** The process dies. */
    void kill() {
        Driver dying = process;
        if (dying == null) return;
        deaths++;
        process = null;
        disk.crash(dying.store(), disk.unsafe() == 0 ? 0 : random.nextInt(disk.unsafe() + 1));
        dying.die();
        wiring.witness().onKilled(this);
    }

    /** The process dies and starts again after a while. */
    void restartAfter(long nanos) {
        kill();
        downUntil = Math.max(downUntil, wiring.scheduler().now() + nanos); // off for a day is off for a day
        wiring.scheduler().at(downUntil, this::start);
    }

    /** The process does nothing for so long. */
    void pause(long nanos) {
        Driver paused = process;
        if (paused != null) paused.pause(nanos);
    }

    /** Another process takes the store and the place of this one, which stands still for so long and does not know it. */
    void takeOver(long nanos) {
        Driver old = process;
        if (old == null) return;
        old.pause(nanos);
        ghosts.add(old);
        process = null;
        wiring.witness().onKilled(this); // what its handlers have in hand comes again
        start();
    }

    /** Somebody ends the processes that have lost their place. */
    void clearGhosts() {
        ghosts.forEach(Driver::die);
        ghosts.clear();
    }

    /** That process has found out. */
    void gone(Driver ghost) {
        ghosts.remove(ghost);
        ghost.die();
    }

    /** Gives what was put aside to its handlers again, as a human does who has mended them; false if nothing was. */
    boolean giveBack() throws InterruptedException {
        if (disk.isEmpty(NodeStore.Kind.ASIDE)) return false;
        kill();
        try (Disk.Store store = disk.open()) {
            var aside = new SetAside(store);
            for (SetAside.Letter letter : aside.list()) aside.retry(letter.id());
        }
        restartAfter(Scheduler.SECOND);
        return true;
    }

    // --- what a program does

    /** Sends a message, once the process gets to it; false if there is no process. */
    boolean send(String peer, Letter letter) {
        Driver running = process;
        return running != null && running.send(peer, letter);
    }

    /** Sends messages, once the process gets to it, until the node takes no more. */
    void fill(String peer, int bytes, java.util.function.Supplier<Letter> letters) {
        Driver running = process;
        if (running != null) running.fill(peer, bytes, letters);
    }

    /** Does something with the node, once the process gets to it; false if there is no process. */
    boolean act(Driver.Act act) {
        Driver running = process;
        if (running == null) return false;
        return running.act(act);
    }

    /** Its program, if there is a process that runs a node of the mesh. */
    Optional<Program> program() {
        Driver running = process;
        return running == null ? Optional.empty() : running.program();
    }
}
