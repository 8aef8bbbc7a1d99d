package io.botmesh.sim;

import io.botmesh.seal.Keyring;
import io.botmesh.world.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One run: nodes on machines around one server, messages between them, and what goes wrong; on the caller's thread, in
 * virtual time.
 */
public final class Simulation {
    private static final long LOOK = Scheduler.SECOND;
    private static final long MOST_HANDLING = 40 * Scheduler.MILLI;
    /** A run whose nodes post little goes on until enough was posted, but not for ever. */
    private static final int MOST_PHASES = 400;

    private final SimOptions options;
    private final SplittableRandom random;
    private final Scheduler scheduler = new Scheduler();
    private final Server server;
    private final Violations violations = new Violations(scheduler::now);
    private final Watcher.Checkers checkers;
    private final Meter meter;
    private final Watcher watcher;
    private final Scenery scenery;
    private final Bodies bodies;
    private final Set<String> names = new TreeSet<>(); // of streams that were used
    private final Business business;
    private final Roster roster;
    private final Optional<Ownership> ownership;
    private @Nullable Senders senders; // of the last messages
    private long foreign;
    private long takeovers;

    private Simulation(SimOptions options, @Nullable Consumer<String> trace, UnaryOperator<Core> spoiling) {
        this.options = options;
        random = new SplittableRandom(options.seed());
        var rate = new Limits.Rate(
                1, Duration.ofNanos((long) (1e9 / options.channels().postsPerSecond())), Scenery.BURST);
        server = new Server(scheduler, Limits.OFF.withChat(rate), random.split());
        Load load = options.load();
        boolean mixed = load.flow() == Load.Flow.MIXED;
        meter = new Meter(
                load.warmUpSeconds() * Scheduler.SECOND,
                Duration.ofSeconds(options.span().seconds()).toNanos(),
                options.channels().writers() * options.channels().postsPerSecond());
        bodies = new Bodies(random.nextLong(), !mixed);
        var keys = new Keys(options.nodes(), random.split());
        scenery = new Scenery(options, server, keys, random.split(), spoiling);
        business = business();
        roster = new Roster(Scenery.name(0), scenery.firstMembers());
        checkers = checkers(keys);
        watcher = new Watcher(scheduler, scenery, checkers, bodies, meter, trace);
        scenery.build(watcher, business, random.split(), mixed ? MOST_HANDLING : 0);
        ownership = scenery.subscription()
                .map(topic -> new Ownership(
                        options, scheduler, scenery.machines().getFirst(), watching(), checkers.registers(), roster));
    }

    /** Whether what is promised is to be kept. */
    private boolean isStrict() {
        return options.scheme() == SimOptions.Scheme.MESH && !options.has(Nemesis.LYING_DISK);
    }

    /** Where what breaks a promise goes. */
    private Violations counted() {
        return isStrict() ? violations : new Violations(scheduler::now);
    }

    private boolean isDestroyed() {
        return options.faults().stream().anyMatch(Nemesis::destroys);
    }

    private Business business() {
        long seed = random.nextLong();
        boolean answers = scenery.topology().answers();
        boolean sends = options.has(Pattern.OBJECTS) && options.scheme() == SimOptions.Scheme.MESH;
        return new Business(
                sends ? Optional.of(new Parcels(counted(), isDestroyed(), answers, seed)) : Optional.empty(),
                new Inquiries(counted(), options.faults().isEmpty()));
    }

    private Watcher.Checkers checkers(Keys keys) {
        boolean strict = isStrict();
        Violations counted = counted();
        boolean destroyed = isDestroyed();
        var packing = new Packing(bodies);
        return new Watcher.Checkers(
                new Ledger(
                        scheduler::now,
                        violations,
                        strict,
                        destroyed && !scenery.topology().answers(),
                        packing),
                new Bulletin(counted, watching(), destroyed, options.has(Pattern.MEMBERS), roster),
                new Registers(counted),
                new Inspector(violations, keys.seal(options.layout().sealed()), keys.readersByName(), packing),
                new Holders(violations),
                new Paces(violations, options.channels().postsPerSecond(), Scenery.BURST),
                business);
    }

    /** Runs to its end. */
    public static SimReport run(SimOptions options) {
        return new Simulation(options, null, core -> core).run();
    }

    /**
     * Runs to its end.
     *
     * @param trace gets a line for each thing that a node does
     */
    public static SimReport run(SimOptions options, Consumer<String> trace) {
        return new Simulation(options, trace, core -> core).run();
    }

    /**
     * Runs nodes that are broken.
     *
     * @param spoiling gets each node when it starts, and gives one back that has a bug
     * @param fenced   whether disks refuse what a process writes whose place another one has taken
     */
    static SimReport runSpoilt(SimOptions options, UnaryOperator<Core> spoiling, boolean fenced) {
        var simulation = new Simulation(options, null, spoiling);
        for (Machine machine : simulation.scenery.machines()) machine.disk().fenced(fenced);
        return simulation.run();
    }

    private SimReport run() {
        try (server) {
            return runAll();
        } finally {
            business.parcels().ifPresent(Parcels::close);
        }
    }

    private SimReport runAll() {
        SplittableRandom starts = random.split();
        for (Machine machine : scenery.machines())
            scheduler.after(starts.nextLong(2 * Scheduler.SECOND), machine::start);
        phase(options.faults());
        if (options.has(Pattern.EXPIRY)) rest();
        var more = EnumSet.noneOf(Nemesis.class);
        more.addAll(options.faults());
        more.remove(Nemesis.OFFLINE); // one day is enough
        if (options.has(Pattern.EXPIRY)) phase(more);
        for (int i = 1;
                i < MOST_PHASES
                        && checkers.inspector().packets() < options.span().packets();
                i++) phase(more);
        return report(drain());
    }

    /** Messages come and things go wrong; then nothing more comes until every machine is up. */
    private void phase(Set<Nemesis> faults) {
        long end =
                scheduler.now() + Duration.ofSeconds(options.span().seconds()).toNanos();
        var senders = new Senders(options, scheduler, scenery, watcher, ownership, bodies, business, names);
        var havoc = new Havoc(
                scheduler, server, scenery.machines(), scenery.places(), random.split(), end - scheduler.now());
        senders.begin(random.split());
        havoc.begin(faults);
        server.runUntil(end);
        senders.end();
        havoc.end();
        foreign += havoc.foreign();
        takeovers += havoc.takeovers();
        long latest = scheduler.now() + 2 * Duration.ofDays(1).toNanos();
        while (scheduler.now() < latest && scenery.machines().stream().anyMatch(machine -> !machine.alive()))
            server.runUntil(scheduler.now() + 10 * LOOK);
    }

    /** Nobody has anything to say, for longer than keys are kept that were replaced. */
    private void rest() {
        server.runUntil(scheduler.now() + Keyring.LIFE.toNanos() + 6 * 3600 * Scheduler.SECOND);
    }

    // --- all is well

    /** How long the mesh had for what was left. */
    private record Drained(double seconds, double most) {}

    private Drained drain() {
        var last = new Senders(options, scheduler, scenery, watcher, ownership, bodies, business, names);
        senders = last;
        last.close();
        long allWell = scheduler.now();
        long most = patience();
        awaitQuiet(allWell + most);
        if (!isQuiet() && awaitsHandlers() && giveBack()) awaitQuiet(scheduler.now() + most);
        if (!isQuiet(checkers.ledger().complete() || checkers.ledger().told())) notDrained(scheduler.now() - allWell);
        checkers.ledger().close();
        checkers.bulletin().close();
        checkers.registers().close(watching());
        business.parcels().ifPresent(Parcels::check);
        return new Drained((scheduler.now() - allWell) / 1e9, most / 1e9);
    }

    /** Until every promise is kept, or that moment; or until nothing is missing for long but what handlers have in hand. */
    private void awaitQuiet(long end) {
        long delivered = scheduler.now();
        while (!isQuiet() && scheduler.now() < end) {
            server.runUntil(scheduler.now() + LOOK);
            if (!awaitsHandlers()) delivered = scheduler.now();
            if (scheduler.now() - delivered > Havoc.LONGEST_HANDLING) return;
        }
    }

    /** Whether all has been sent. */
    private boolean isClosed() {
        return senders == null || senders.isClosed();
    }

    private boolean awaitsHandlers() {
        return isClosed()
                && checkers.ledger().awaitsHandlers()
                && checkers.bulletin().awaitsHandlers()
                && business.parcels().map(Parcels::awaitsHandlers).orElse(true);
    }

    private boolean isQuiet() {
        return isQuiet(checkers.ledger().complete());
    }

    private boolean isQuiet(boolean delivered) {
        return isClosed()
                && delivered
                && checkers.bulletin().complete()
                && checkers.registers().complete(watching())
                && business.parcels().map(Parcels::complete).orElse(true);
    }

    private void notDrained(long nanos) {
        if (isStrict())
            violations.add(
                    "I10", "something is left though all has been well for " + nanos / Scheduler.SECOND + " seconds");
    }

    private List<String> watching() {
        return scenery.subscription().map(Subscription::members).orElse(List.of()).stream()
                .map(Scenery::name)
                .toList();
    }

    private boolean giveBack() {
        boolean any = false;
        try {
            for (Machine machine : new ArrayList<>(scenery.machines())) any |= machine.giveBack();
        } catch (InterruptedException nobodyDoes) {
            throw new IllegalStateException(nobodyDoes);
        }
        return any;
    }

    /** How long the mesh may take for what is left. */
    private long patience() {
        if (options.scheme() != SimOptions.Scheme.MESH) return 120 * Scheduler.SECOND;
        long posts = watcher.posts + watcher.documents + watcher.forwards + foreign; // one a second is brought back
        return (3 * 3600 + posts) * Scheduler.SECOND;
    }

    // --- what came of it

    private SimReport report(Drained drained) {
        Ledger ledger = checkers.ledger();
        Bulletin bulletin = checkers.bulletin();
        Registers registers = checkers.registers();
        List<Machine> machines = scenery.machines();
        return new SimReport(
                options,
                ledger.accepted(),
                watcher.delivered,
                ledger.lost() + bulletin.lost(),
                ledger.accounted() + bulletin.accounted(),
                ledger.duplicates() + bulletin.duplicates(),
                ledger.again() + bulletin.again(),
                ledger.refused(),
                new SimReport.Handlers(ledger.failures(), ledger.asides()),
                new SimReport.Published(bulletin.accepted(), bulletin.delivered(), registers.newest()),
                business.parcels().map(Parcels::report).orElse(SimReport.Objects.NONE),
                business.inquiries().report(),
                checkers.inspector().packets(),
                watcher.posts,
                watcher.documents,
                watcher.forwards,
                watcher.recalls,
                foreign,
                (double) watcher.characters / watcher.posts / io.botmesh.wire.Armour.POST_CHARACTERS,
                watcher.floodWaits,
                machines.stream().mapToLong(Machine::deaths).sum(),
                takeovers,
                machines.stream().mapToLong(machine -> machine.disk().commits()).sum(),
                machines.stream().mapToLong(Machine::turns).sum(),
                watcher.events(),
                SimReport.Latency.of(ledger.latencies()),
                meter.steady(),
                scheduler.now() / 1e9,
                drained.seconds,
                violations.count(),
                violations.texts());
    }
}
