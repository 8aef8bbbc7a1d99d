package io.botmesh.sim;

import io.botmesh.mesh.Delivery;
import io.botmesh.sim.Machine.Death;
import io.botmesh.world.Fault;
import io.botmesh.world.World;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Makes go wrong what is to, until all is well. Each kind draws from numbers of its own, so that one more leaves the others as they were. */
final class Havoc {
    /** Calls that post something. */
    static final String[] POSTS = {"sendMessage", "sendDocument", "forwardMessage"};

    private static final long DAY = 24 * 3600 * Scheduler.SECOND;
    private static final long SHORT_ABSENCE = 300 * Scheduler.SECOND;
    private static final long LONG_ABSENCE = 3_600 * Scheduler.SECOND;
    private static final int COMMITS_PER_DEATH = 300;
    /** Of so many handlers one fails, and of so many messages one in each of its attempts. */
    private static final int FAILURES = 30;

    private static final int POISON = 199;
    private static final int HANGS = 100;
    private static final long LONGEST_HANG = 600 * Scheduler.SECOND;
    /** What one handler may take, and all attempts at one message. */
    static final long LONGEST_HANDLING = LONGEST_HANG + 300 * Scheduler.SECOND;

    private final Scheduler scheduler;
    private final Server server;
    private final World world;
    private final List<Machine> machines;
    private final List<Place> places;
    private final Vandal vandal;
    private final SplittableRandom random;
    private final long within;
    private final List<Long> rules = new ArrayList<>();
    private final List<Runnable> mended = new ArrayList<>();
    private boolean over;
    private long takeovers;

    /**
     * @param places of the machines, in their order, and of topics
     * @param within nanoseconds in which a node goes off for a day, if one does
     */
    Havoc(
            Scheduler scheduler,
            Server server,
            List<Machine> machines,
            List<Place> places,
            SplittableRandom random,
            long within) {
        this.scheduler = scheduler;
        this.server = server;
        world = server.world();
        this.machines = machines;
        this.places = places;
        this.random = random;
        this.within = within;
        vandal = new Vandal(world);
    }

    /** Plans everything. */
    void begin(Set<Nemesis> faults) {
        for (Nemesis nemesis : Nemesis.values()) {
            SplittableRandom own = random.split();
            if (faults.contains(nemesis)) begin(nemesis, own);
        }
    }

    /** Posts that were none of the nodes'. */
    long foreign() {
        return vandal.posts();
    }

    /** Processes that lost their place to another one. */
    long takeovers() {
        return takeovers;
    }

    private void begin(Nemesis nemesis, SplittableRandom own) {
        switch (nemesis) {
            case KILL -> {
                for (Machine machine : machines) machine.fate(any -> fate(own));
                every(15, own, () -> machine(own).restartAfter(own.nextLong(30 * Scheduler.SECOND)));
            }
            case FULL -> every(30, own, () -> full(machine(own), own.nextLong(8 * Scheduler.SECOND)));
            case PAUSE -> every(60, own, () -> machine(own).pause(60 * Scheduler.SECOND));
            case CLOCK ->
                every(40, own, () -> {
                    Machine machine = machine(own);
                    machine.clockAhead((own.nextInt(3) - 1) * DAY);
                    machine.restartAfter(Scheduler.SECOND);
                });
            case TWIN -> every(60, own, () -> twin(place(own), scheduler.now() + 20 * Scheduler.SECOND));
            case OVERFLOW -> every(45, own, () -> overflow(own.nextInt(machines.size())));
            case WIPE -> every(90, own, () -> wipe(own));
            case DELETE -> every(5, own, () -> vandal.delete(place(own), own));
            case EDIT -> every(5, own, () -> vandal.edit(place(own), own));
            case STORM -> every(60, own, () -> storm(place(own), own));
            case ERRORS -> {
                add(Fault.refuse(500, "Internal Server Error").withProbability(0.04));
                add(Fault.badGateway().withProbability(0.04));
                add(Fault.reset().withProbability(0.02));
            }
            case LOST_REPLY -> add(Fault.loseReply().onMethods(POSTS).withProbability(0.1));
            case REORDER -> {
                server.detours(true);
                mended.add(() -> server.detours(false));
            }
            case REVOKE -> every(90, own, () -> vandal.revoke(place(own), own));
            case FLOOD -> every(2, own, () -> vandal.flood(place(own), place(own), own));
            case OFFLINE ->
                scheduler.after(own.nextLong(within / 2 + 1), () -> machine(own).restartAfter(DAY + DAY / 48));
            case LYING_DISK -> {
                for (Machine machine : machines) machine.disk().lies(true);
                every(30, own, () -> machine(own).restartAfter(own.nextLong(10 * Scheduler.SECOND)));
            }
            case FAIL -> manners(usual -> delivery -> failing(usual.next(delivery), delivery, own));
            case HANG -> manners(usual -> delivery -> hanging(usual.next(delivery), own));
            case TAKEOVER -> every(45, own, () -> takeOver(machine(own), own.nextLong(60 * Scheduler.SECOND)));
            case LEAVE -> every(90, own, () -> vandal.leave(place(own), own));
            case SHUTDOWN -> every(120, own, () -> shutdown(own));
            case AWAY -> every(600, own, () -> away(machine(own), own));
            case PIN -> {
                List<Place> topics = places.subList(machines.size(), places.size());
                if (!topics.isEmpty()) every(20, own, () -> vandal.pin(topics.get(own.nextInt(topics.size())), own));
            }
        }
    }

    /** All is well from now on. */
    void end() {
        over = true;
        rules.forEach(world.faults()::remove);
        mended.reversed().forEach(Runnable::run);
        for (Machine machine : machines) {
            machine.fate(any -> Death.NEVER);
            machine.clockAhead(0);
            machine.clearGhosts();
            machine.disk().full(false);
            machine.disk().lies(false);
        }
    }

    /** Again and again, at times drawn by lot, so often in the mean. */
    private void every(int seconds, SplittableRandom own, Runnable act) {
        double gap = -Math.log(1 - own.nextDouble()) * seconds;
        scheduler.after((long) (gap * Scheduler.SECOND), () -> {
            if (over) return;
            act.run();
            every(seconds, own, act);
        });
    }

    private void add(Fault fault) {
        rules.add(world.faults().add(fault));
    }

    private Machine machine(SplittableRandom own) {
        return machines.get(own.nextInt(machines.size()));
    }

    private Place place(SplittableRandom own) {
        return places.get(own.nextInt(places.size()));
    }

    // --- machines

    private static Death fate(SplittableRandom own) {
        if (own.nextInt(COMMITS_PER_DEATH) != 0) return Death.NEVER;
        return switch (own.nextInt(3)) {
            case 0 -> Death.BEFORE_COMMIT;
            case 1 -> Death.AFTER_COMMIT;
            default -> Death.AMID_EFFECTS;
        };
    }

    private void full(Machine machine, long nanos) {
        machine.disk().full(true);
        scheduler.after(nanos, () -> machine.disk().full(false));
    }

    private void away(Machine machine, SplittableRandom own) {
        DeskTransport way = machine.wiring().transport();
        long nanos = own.nextLong(SHORT_ABSENCE, LONG_ABSENCE);
        boolean off = own.nextBoolean();
        way.cut(own.nextInt(4));
        if (off) scheduler.after(own.nextLong(3 * Scheduler.SECOND), () -> machine.restartAfter(nanos));
        scheduler.after(nanos, way::mend);
        mended.add(way::mend);
    }

    private void takeOver(Machine machine, long nanos) {
        if (!machine.alive()) return;
        takeovers++;
        machine.takeOver(nanos);
    }

    // --- handlers

    private void manners(UnaryOperator<Manners> change) {
        for (Machine machine : machines) {
            Manners usual = machine.manners();
            machine.manners(change.apply(usual));
            mended.add(() -> machine.manners(usual));
        }
    }

    private static Manners.Verdict failing(Manners.Verdict usual, Delivery delivery, SplittableRandom own) {
        long message = delivery.body().length < Long.BYTES
                ? 0
                : ByteBuffer.wrap(delivery.body()).getLong();
        boolean fails = own.nextInt(FAILURES) == 0 || message % POISON == POISON / 2;
        return fails ? new Manners.Verdict(usual.nanos(), Watcher.failure(message)) : usual;
    }

    private static Manners.Verdict hanging(Manners.Verdict usual, SplittableRandom own) {
        if (own.nextInt(HANGS) != 0) return usual;
        return new Manners.Verdict(usual.nanos() + own.nextLong(LONGEST_HANG), usual.failure());
    }

    // --- the server

    private void twin(Place place, long end) {
        if (over || scheduler.now() >= end) return;
        vandal.call(place.reader(), "getUpdates", "offset", "0", "limit", "1", "timeout", "3");
        scheduler.after(4 * Scheduler.SECOND, () -> twin(place, end));
    }

    /** The process is away and its queue runs over: only the latest is left, as if so many had come. */
    private void wipe(SplittableRandom own) {
        int[] read = IntStream.range(0, machines.size())
                .filter(node -> !places.get(node).posts().isEmpty())
                .toArray();
        if (read.length == 0) return;
        int which = read[own.nextInt(read.length)];
        overflow(which);
        scheduler.after(19 * Scheduler.SECOND, () -> vandal.deleteSome(places.get(which), own));
    }

    private void overflow(int which) {
        machines.get(which).restartAfter(20 * Scheduler.SECOND);
        scheduler.after(
                19 * Scheduler.SECOND, () -> vandal.call(places.get(which).reader(), "getUpdates", "offset", "-1"));
    }

    /** The server ends and starts again; whoever comes back at once is to wait. */
    private void shutdown(SplittableRandom own) {
        // Polls that wait are ended first, so that all come back at once.
        for (Place place : places)
            vandal.call(place.reader(), "getUpdates", "offset", "0", "limit", "1", "timeout", "0");
        Instant again = server.instant().plusNanos(own.nextLong(5 * Scheduler.SECOND));
        add(Fault.refuse(500, "Internal Server Error: restart").until(again));
        add(Fault.tooManyRequests(own.nextInt(1, 6)).until(again.plusNanos(own.nextLong(10 * Scheduler.SECOND))));
    }

    private void storm(Place place, SplittableRandom own) {
        add(Fault.tooManyRequests(own.nextInt(1, 30))
                .onMethods(POSTS)
                .inChat(place.channel())
                .until(server.instant().plusNanos(own.nextLong(20 * Scheduler.SECOND))));
    }
}
