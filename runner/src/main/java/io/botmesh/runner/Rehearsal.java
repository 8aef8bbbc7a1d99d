package io.botmesh.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A runner for tests: the same keys, limits, retries, timeouts, conversations and journal as a {@link Runner}'s, but time passes only when it is
 * told to, handlers run one at a time, and which of those that may go on does so is drawn from a seed. The same seed is the same run. What a
 * test has not thought of, a thousand seeds may find.
 *
 * <pre>{@code
 * var bot = new Rehearsal<>(handler, RunnerOptions.<Order>defaults().withKeys(Keys.sequentialize(Order::customer)), seed);
 * bot.arrive(List.of(one, two, three));
 * bot.step();                        // one of them is handled, up to its end or to where it waits
 * bot = bot.crash();                 // the process dies here
 * bot.run();                         // all that can go on does so
 * bot.pass(Duration.ofMinutes(1));   // and what failed may try again
 * bot.run();
 * }</pre>
 *
 * <p>A handler's step ends with the handler, where it waits for another update ({@link Delivery#next}) or for its slot, or where it calls {@link #pause}. It takes
 * no time, unless it lets time {@link #pass} itself. It must not wait for anything else: nobody would go on meanwhile.
 *
 * <p>All methods are called by one thread, the test's; {@link #arrive}, {@link #pass}, {@link #pause} and the looks also by a handler.
 *
 * @param <U> the update
 */
public final class Rehearsal<U> {
    /** What a server shows at most beyond the last update that was confirmed. */
    private static final int SHOWN = 100;

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final Handler<U> handler;
    private final RunnerOptions<U> options;
    private final Random random;
    private final RehearsedTime time;
    private final Baton baton = new Baton();
    private final Server server;
    private final Crew<U> crew;
    private final Custody<U> custody;
    private final @Nullable JournaledCustody<U> journaled;
    private boolean over;

    /**
     * A runner to which nothing has come yet; at midnight UTC before the first day of 2026.
     *
     * @param options as a runner's; its journal, if any, is a {@link MemoryJournal} if it is to survive a {@link #crash}, and
     *                keeps time by {@link #clock} from now on
     * @param seed    of everything that is left to chance
     */
    public Rehearsal(Handler<U> handler, RunnerOptions<U> options, long seed) {
        this(handler, options, new Random(seed), new RehearsedTime(BEGIN), List.of());
        if (options.guarantee() instanceof Guarantee.Journaled<U>(var journal)
                && journal instanceof MemoryJournal<U> memory) memory.follow(time, time::nanoTime);
    }

    private Rehearsal(
            Handler<U> handler, RunnerOptions<U> options, Random random, RehearsedTime time, List<U> unconfirmed) {
        this.handler = handler;
        this.options = options;
        this.random = random;
        this.time = time;
        this.server = new Server(unconfirmed);
        var tally = new Tally<>(options.listener());
        var maker = new TaskMaker<>(options, time, time);
        crew = new Crew<>(options.limits(), options.ordering().reserve(), options.times(), time, baton::start);
        crew.steps = baton;
        journaled = options.guarantee() instanceof Guarantee.Journaled<U>(var journal)
                ? new JournaledCustody<>(server, journal, maker, options, crew, tally)
                : null;
        custody = journaled != null
                ? journaled
                : new DirectCustody<>(
                        server,
                        maker,
                        options.limits(),
                        crew,
                        options.guarantee() instanceof Guarantee.AtMostOnce<U>,
                        tally);
        var handling = new Handling<>(handler, options, crew, custody, random, tally);
        crew.serve(new Stepped<>(handling, baton));
        if (journaled != null) journaled.claim();
        custody.begin(List.of());
        settle();
    }

    /** Where updates come from, and who forgets those that are confirmed. */
    private final class Server implements Source<U> {
        private final ArrayDeque<U> shown = new ArrayDeque<>(); // and not confirmed
        private final ArrayDeque<U> coming;

        Server(List<U> coming) {
            this.coming = new ArrayDeque<>(coming);
        }

        List<U> unconfirmed() {
            var all = new ArrayList<>(shown);
            all.addAll(coming);
            return all;
        }

        @Override
        public List<U> next(int limit) {
            var batch = new ArrayList<U>();
            while (batch.size() < limit && shown.size() < SHOWN && !coming.isEmpty()) {
                batch.add(coming.peek());
                shown.add(coming.remove());
            }
            return batch;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // that one, not one like it
        public void confirm(U through) {
            if (shown.stream().noneMatch(one -> one == through)) return;
            while (shown.remove() != through) {}
        }

        @Override
        public void flush() {}
    }

    /** The same attempts, each from when its thread is chosen. */
    private record Stepped<U>(Handling<U> attempt, Baton baton) implements Crew.Attempt<U> {
        @Override
        public Crew.Outcome run(Turn<U> turn) {
            baton.awaitStep();
            return attempt.run(turn);
        }

        @Override
        public boolean expired(Turn<U> turn) {
            return attempt.expired(turn);
        }

        @Override
        public void dropped(Task<U> task, DropReason reason) {
            attempt.dropped(task, reason);
        }

        @Override
        public boolean keepsIn(Journal<?> journal) {
            return attempt.keepsIn(journal);
        }

        @Override
        public void parks(Turn<U> turn) {
            attempt.parks(turn);
        }

        @Override
        public void resumes(Turn<U> turn) throws InterruptedException {
            attempt.resumes(turn);
        }

        @Override
        public boolean takes(Parked<U> parked, Task<U> task) {
            return attempt.takes(parked, task);
        }

        @Override
        public void timedOut(Turn<U> turn, Duration ran) {
            attempt.timedOut(turn, ran);
        }

        @Override
        public Crew.Outcome abandoned(Turn<U> turn, boolean decides) {
            return attempt.abandoned(turn, decides);
        }
    }

    // ---- what a test does -------------------------------------------------------------------------------------------

    /** Updates come to the server, in this order. They are fetched as a runner would: as far as there is room. */
    public void arrive(List<? extends U> updates) {
        alive();
        server.coming.addAll(updates);
        if (baton.isOwners()) settle();
    }

    /**
     * Lets one of the handlers that may go on do so, up to where its step ends; false if there is none.
     *
     * @throws IllegalStateException if called by a handler
     */
    public boolean step() {
        ownersOnly();
        int ready = baton.ready();
        if (ready == 0) return false;
        baton.step(random.nextInt(ready));
        settle();
        return true;
    }

    /** {@link #step} until no handler may go on. Returns how many steps those were. */
    public int run() {
        int steps = 0;
        while (step()) steps++;
        return steps;
    }

    /**
     * Lets time pass: pauses before a retry, waits for an update, and timeouts of handlers that let time pass themselves come to their end, each at its
     * moment. What may go on then does so at its next {@link #step}.
     */
    public void pass(Duration duration) {
        alive();
        boolean owner = baton.isOwners();
        time.pass(duration, () -> {
            if (owner) settle();
        });
    }

    /**
     * Called by a handler: others may go on here, and the process may die here.
     *
     * @throws IllegalStateException if called by anyone else
     */
    public void pause() {
        if (!baton.isTurns()) throw new IllegalStateException("not the thread of a handler");
        baton.awaitStep();
    }

    /**
     * The process dies: no handler goes on, not even to clean up, and nothing is written any more. The one that is returned begins in its place, over what
     * the journal and the server have kept. It goes on with the same time and the same chance.
     *
     * @throws IllegalStateException if called by a handler, or if there is a journal that is no {@link MemoryJournal}
     */
    public Rehearsal<U> crash() {
        ownersOnly();
        var next = options;
        if (options.guarantee() instanceof Guarantee.Journaled<U>(var journal)) {
            if (!(journal instanceof MemoryJournal<U> memory))
                throw new IllegalStateException("only a MemoryJournal shows what a crash leaves of it");
            next = options.withJournal(memory.reopened());
        }
        over = true;
        time.forget(); // the dead are told of nothing
        return new Rehearsal<>(handler, next, random, time, server.unconfirmed());
    }

    // ---- what a test looks at ---------------------------------------------------------------------------------------

    /** Handlers that may go on. */
    public int ready() {
        return baton.ready();
    }

    /** What the server has not been told to forget, in order: what it brings again after a crash. */
    public List<U> unconfirmed() {
        return server.unconfirmed();
    }

    /** Its options, with the journal that it has now. */
    public RunnerOptions<U> options() {
        return options;
    }

    /** The time that passes here: its journal's, and for what handlers ask. */
    public InstantSource clock() {
        return time;
    }

    // ---- what runs by itself ----------------------------------------------------------------------------------------

    private void alive() {
        if (over) throw new IllegalStateException("this process has died: go on with what crash() has returned");
    }

    private void ownersOnly() {
        alive();
        if (!baton.isOwners()) throw new IllegalStateException("called by a handler, which would wait for itself");
    }

    /** What a runner's threads do besides: fetch, read back from the journal, take the next update. */
    private void settle() {
        try {
            boolean any = true;
            while (any) {
                any = baton.settle();
                any |= fetch();
                if (journaled != null) any |= journaled.refill(() -> over) || journaled.readOn(() -> over);
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", asked);
        }
    }

    private boolean fetch() throws InterruptedException {
        var limits = options.limits();
        if (custody.spilled() >= limits.spill() || (journaled == null && crew.held() >= limits.highWatermark()))
            return false;
        var batch = server.next(limits.pollLimit());
        if (batch.isEmpty()) return false;
        custody.take(batch);
        return true;
    }
}
