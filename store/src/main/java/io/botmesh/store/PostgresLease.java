package io.botmesh.store;

import io.botmesh.runner.JournalException;
import io.botmesh.runner.Lease;
import io.botmesh.runner.LeaseException;
import io.botmesh.runner.Sleeper;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A lease for programs of several machines: a row in a PostgreSQL database, whose clock alone says when it ends; if that clock is set
 * back, whoever waits believes a row that nobody has changed for twice its time no more. A thread of
 * this object prolongs it. A holder whose database is away is told so by {@link #renew} when half of the time is over, and
 * by its own monotonic clock, so that it has ended before another one begins. What a machine that was frozen for longer still
 * does is refused by the journal, if it was opened {@linkplain JdbcJournal#ofUpdates(Database,
 * io.botmesh.botapi.BotToken, PostgresLease) under this lease}.
 */
public final class PostgresLease implements Lease {
    private static final Duration LOOK = Duration.ofMillis(200);
    /** For how long it is wanted after whoever wants it was heard of last. */
    private static final Duration WANT = Duration.ofSeconds(3);

    /**
     * What somebody else has, as seen by this one's clock: if nobody changes it for twice the time of a lease, nobody is there. It may be said
     * to end in days, if the server's clock was ahead when it was written, and has been set since.
     */
    private final class Watched {
        private LeaseTable.@Nullable Term seen;
        private long since;

        boolean isDead(LeaseTable.Term term, long now) {
            if (!term.equals(seen)) {
                seen = term;
                since = now;
            }
            return now - since >= 2 * time.toNanos();
        }
    }

    /** A right that is held. */
    private record Held(long fence, LeaseTerm term, Thread keeper) {}

    private final LeaseOptions options;
    private final PostgresPool pool;
    private final LeaseTable table;
    private final Duration time;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private volatile @Nullable Held held;

    private PostgresLease(
            LeaseOptions options, PostgresPool pool, Duration time, LongSupplier nanoTime, Sleeper sleeper) {
        this.options = options;
        this.pool = pool;
        this.time = time;
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
        this.table = new LeaseTable(pool, options.name(), holder(), time);
    }

    /**
     * Connects, over connections of its own, and brings the tables up to date; takes nothing yet.
     *
     * @param url      such as {@code jdbc:postgresql://host:5432/database}
     * @param password never shown in a message
     * @throws LeaseException if that is not possible
     */
    public static PostgresLease open(String url, String user, String password, LeaseOptions options) {
        return open(url, user, password, options, options.time(), System::nanoTime, Thread::sleep);
    }

    static PostgresLease open(
            String url,
            String user,
            String password,
            LeaseOptions options,
            Duration time,
            LongSupplier nanoTime,
            Sleeper sleeper) {
        var part = time.dividedBy(5); // so that several fail before the half of the time is over
        try {
            PostgresDatabase.open(url, user, password).close(); // for its tables
            var pool = PostgresPool.open(url, user, password, part, part.dividedBy(4), part);
            pool.settled();
            return new PostgresLease(options, pool, time, nanoTime, sleeper);
        } catch (JournalException.Unusable refused) {
            throw new LeaseException(String.valueOf(refused.getMessage()), refused);
        }
    }

    /** For people who look into the table; the end makes it this object's own. */
    private static String holder() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "unknown";
        }
        return host + " " + ProcessHandle.current().pid() + " "
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /**
     * {@inheritDoc}
     *
     * @throws LeaseException if the database has not answered for as long as a lease lasts
     */
    @Override
    public long acquire() throws InterruptedException {
        if (held != null) throw new IllegalStateException("held already");
        long answered = nanoTime.getAsLong();
        long asked = answered - WANT.toNanos();
        boolean asking = false;
        var watched = new Watched();
        try {
            while (true) {
                long sent = nanoTime.getAsLong();
                try {
                    var taken = table.taken();
                    if (taken.isEmpty() || watched.isDead(taken.get(), sent)) {
                        sent = nanoTime.getAsLong();
                        var fence = taken.isEmpty() ? table.tryTake() : table.tryTake(taken.get());
                        if (fence.isPresent()) {
                            asking = false;
                            return hold(fence.getAsLong(), sent);
                        }
                    }
                    if (options.asking() && sent - asked >= WANT.toNanos() / 3) {
                        asking = true;
                        table.want(WANT);
                        asked = sent;
                    }
                    answered = nanoTime.getAsLong();
                } catch (SQLException away) {
                    if (pool.isClosed() || nanoTime.getAsLong() - answered >= time.toNanos())
                        throw new LeaseException(
                                "the lease of " + options.name() + " cannot be asked for: " + reason(away), away);
                }
                sleeper.sleep(LOOK);
            }
        } finally {
            if (asking) withdraw();
        }
    }

    /**
     * Takes it if nobody has it, at once, and asks nobody to let go.
     *
     * @return whether it is held now
     * @throws LeaseException if the database does not answer
     */
    public boolean tryAcquire() {
        if (held != null) throw new IllegalStateException("held already");
        long sent = nanoTime.getAsLong();
        try {
            var fence = table.tryTake();
            if (fence.isPresent()) hold(fence.getAsLong(), sent);
            return fence.isPresent();
        } catch (SQLException away) {
            throw new LeaseException("the lease of " + options.name() + " cannot be asked for: " + reason(away), away);
        }
    }

    private static String reason(SQLException failed) {
        return String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
    }

    private long hold(long fence, long sent) {
        var term = new LeaseTerm(time, sent);
        // No virtual thread: handlers that keep the processors busy must not let it run out.
        var keeper =
                Thread.ofPlatform().name("lease " + options.name()).daemon().unstarted(() -> keep(fence, term));
        held = new Held(fence, term, keeper);
        keeper.start();
        return fence;
    }

    private void keep(long fence, LeaseTerm term) {
        try {
            while (term.standing(nanoTime.getAsLong()) != Standing.LOST) {
                try {
                    sleeper.sleep(LOOK);
                    long sent = nanoTime.getAsLong();
                    tell(term, sent, term.isDue(sent), fence);
                } catch (SQLException | RuntimeException | Error away) {
                    // The term goes on counting.
                }
            }
        } catch (InterruptedException released) {
            // It is given back.
        }
    }

    private void tell(LeaseTerm term, long sent, boolean due, long fence) throws SQLException {
        Optional<Boolean> wanted = due ? table.renew(fence) : table.look(fence);
        if (wanted.isEmpty()) {
            term.onRefused();
            return;
        }
        if (due) term.onRenewed(sent);
        term.onWanted(wanted.get());
    }

    private void withdraw() {
        try {
            table.wantNoMore();
        } catch (SQLException away) {
            // It is forgotten in a moment.
        }
    }

    /** {@inheritDoc} Asks nobody: how things stand is known from what the database said last. */
    @Override
    public Standing renew() {
        var mine = held;
        return mine == null ? Standing.LOST : mine.term().standing(nanoTime.getAsLong());
    }

    /** {@inheritDoc} If the database is away, it ends by itself. */
    @Override
    public void release() {
        var mine = held;
        held = null;
        if (mine == null) return;
        mine.keeper().interrupt();
        boolean interrupted = Thread.interrupted(); // it would keep this from having a connection
        try {
            table.free(mine.fence());
        } catch (SQLException away) {
            // It runs out.
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /**
     * Refuses, in a transaction on the same database, to go on under this lease if another program has had it since.
     *
     * @throws JournalException.TakenOver if so, or if it is not held
     */
    void require(Handle handle) {
        var mine = held;
        table.require(handle, mine == null ? -1 : mine.fence());
    }

    @Override
    public void close() {
        release();
        pool.close();
    }
}
