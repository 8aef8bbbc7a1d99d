package io.botmesh.mesh;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One lane's state: its bucket, what was learned of its limit, and whether it works. Times are nanoseconds since one
 * origin. Changed by {@link Lanes} alone.
 */
final class Lane {
    /** A writer's lanes have one limit over all of them, and one token that may cease to work. */
    static final class Bot {
        final long id;
        final List<Lane> lanes = new ArrayList<>();
        final Bucket bucket;
        final Bar bar = new Bar();
        long notBefore = Long.MIN_VALUE;
        boolean home;
        boolean guest;
        boolean active;
        private double lanesPerSecond; // posts that its lanes would take together

        Bot(long id) {
            this.id = id;
            // As for lanes, one stays unused, for posts that overtake each other.
            bucket = new Bucket(LaneLimits.BOT.postsPerSecond(), LaneLimits.BOT.burst() - 1, 0);
        }

        /** Its lanes take so many posts a second more; how many more the bot itself may post. */
        double count(double more) {
            double before = Math.min(lanesPerSecond, LaneLimits.BOT.postsPerSecond());
            lanesPerSecond += more;
            return Math.min(lanesPerSecond, LaneLimits.BOT.postsPerSecond()) - before;
        }
    }

    /** Why something does not work, and when it is tried again: after a minute, then two, up to half an hour. */
    static final class Bar {
        private static final long FIRST = 60_000_000_000L;
        private static final long LAST = 30 * FIRST;

        @Nullable
        String why;

        private long pause = FIRST;
        long until = Long.MIN_VALUE;

        void close(String because, long at) {
            why = because;
            until = at + pause;
            pause = Math.min(2 * pause, LAST);
        }

        /** True if it was closed. */
        boolean open() {
            boolean was = why != null;
            why = null;
            pause = FIRST;
            until = Long.MIN_VALUE;
            return was;
        }
    }

    /** Below this part of the profile's rate no lane is pressed. */
    static final double LEAST = 1.0 / 64;

    private static final double CUT = 0.85;
    private static final double GROWTH = 0.01; // a minute
    private static final double MINUTE = 60e9;

    final int index;
    final LaneId id;
    final Bot bot;
    final Bar bar = new Bar();
    final Bucket bucket;
    private final LaneLimits limits;

    int place = -1; // in the heap
    long key;

    double fraction; // of the profile's rate that is this process's by right
    private boolean exclusive; // nobody else has a right to that fraction
    private long entitledAt = Long.MIN_VALUE / 2;
    double ceiling = 1; // of that fraction, as far as the server let us learn
    private boolean probing; // as a guest: how much is left over is not known yet
    double counted; // posts a second that this lane stands for in the sum

    long notBefore;
    private long spacedUntil = Long.MIN_VALUE;
    int inFlight;
    private int stale; // posts on the way that were sent before the last cut
    private int sentCold; // posts sent before the first was answered
    private boolean warm;
    private long lastSend = Long.MIN_VALUE;
    long lastFlood = Long.MIN_VALUE;
    int unanswered; // in a row

    long posts;
    long floods;
    long ambiguous;
    private double filled; // of full text posts
    private long full;

    Lane(int index, LaneId id, Bot bot, LaneLimits limits, double fraction, boolean exclusive, long notBefore) {
        this.index = index;
        this.id = id;
        this.bot = bot;
        this.limits = limits;
        this.fraction = fraction;
        this.exclusive = exclusive;
        this.notBefore = notBefore;
        bucket = new Bucket(postsPerSecond(), capacity(), 0);
    }

    /** Without regard to the bot's other lanes. */
    long readyAt() {
        return Math.max(Math.max(bucket.readyAt(), bar.until), Math.max(notBefore, spacedUntil));
    }

    double postsPerSecond() {
        return limits.postsPerSecond() * fraction * ceiling;
    }

    /**
     * One token of the burst stays unused: the server's bucket starts filling when the first post arrives, so a post that
     * was slower on its way than the next one would otherwise find it empty.
     */
    private double capacity() {
        return Math.max(1, (limits.burst() - 1) * fraction * (exclusive ? 1 : ceiling));
    }

    /** Posts that may be on the way at once. */
    int inFlightLimit() {
        if (isDead()) return 1; // one to see whether it works again
        return Math.max(1, (int) (limits.burst() * fraction));
    }

    @Nullable
    String deadBecause() {
        return bot.bar.why != null ? bot.bar.why : bar.why;
    }

    boolean isDead() {
        return deadBecause() != null;
    }

    /** This process's right on the lane is another from now on. */
    void entitle(double fraction, boolean exclusive, boolean guest, long at) {
        if (fraction != this.fraction || exclusive != this.exclusive) entitledAt = at;
        this.fraction = fraction;
        this.exclusive = exclusive;
        if (guest && lastFlood == Long.MIN_VALUE) {
            ceiling = 1.0 / Lanes.UNINVITED;
            probing = true;
        } else if (exclusive && probing) {
            ceiling = 1; // what is granted needs not be felt for
            probing = false;
        }
        change(at);
    }

    private void change(long at) {
        if (fraction == 0) return; // not ours to use
        bucket.change(postsPerSecond(), capacity(), at);
    }

    /** Posts that may go at once. */
    int wholeTokens(long at) {
        return notBefore > at ? 0 : (int) Math.max(0, bucket.tokens(at));
    }

    /** Nanoseconds until one more may go than may now. */
    double nextToken(long at) {
        double tokens = bucket.tokens(at);
        double left = (Math.floor(tokens) + 1 - tokens) * bucket.intervalNanos();
        return notBefore > at ? Math.max(left, (double) (notBefore - at)) : left;
    }

    /**
     * @param paced before which no lane could post, for the sake of an even pace
     */
    void send(long at, long paced) {
        grow(at, paced);
        bucket.take(at);
        spacedUntil = at + (long) (limits.spacing().toNanos() / Math.min(1, ceiling));
        lastSend = at;
        inFlight++;
        if (!warm) sentCold++;
    }

    /** The ceiling rises only while it is what holds us up: while each post goes as soon as it may. */
    private void grow(long at, long paced) {
        if (ceiling >= 1 || lastSend == Long.MIN_VALUE || isDead()) return;
        if (at - Math.max(readyAt(), paced) > bucket.intervalNanos() / 4) return;
        double minutes = Math.min((double) (at - lastSend), MINUTE) / MINUTE;
        double by;
        if (probing) {
            by = 0.1;
        } else if (exclusive) {
            by = GROWTH * minutes;
        } else {
            // Somebody else caused the last 429 as likely as we did, and may have gone since.
            double since = Math.min(5, (at - lastFlood) / MINUTE);
            by = GROWTH * Math.pow(2, since) * minutes;
        }
        ceiling = Math.min(1, ceiling * (1 + by));
        change(at);
    }

    /** One post less on the way; true if it was sent before the last cut. */
    boolean release() {
        inFlight--;
        if (stale == 0) return false;
        stale--;
        return true;
    }

    void posted(long at) {
        posts++;
        unanswered = 0;
        if (warm) return;
        // The first posts are slow: connections and classes are made. The server's bucket was full until they came.
        warm = true;
        bucket.set(bucket.capacity() - sentCold, at);
    }

    /** The server wants a rest until then. What was on the way meanwhile tells nothing new of the limit. */
    void flooded(boolean old, long at, long until) {
        floods++;
        warm = true;
        unanswered = 0;
        if (!old) {
            // Until the earlier owner's right has run out, a refusal says nothing of the lane's limit.
            boolean changing = exclusive && at - entitledAt < Lanes.GRANT_LIFE.toNanos();
            if (!changing) ceiling = Math.max(LEAST, ceiling * CUT);
            probing = false;
            stale = inFlight;
            lastFlood = at;
        }
        rest(until);
        change(at);
        bucket.set(1, notBefore);
    }

    void rest(long until) {
        notBefore = Math.max(notBefore, until);
    }

    void fill(double part) {
        filled += part;
        full++;
    }

    LaneStatistics statistics(long now) {
        String why = deadBecause();
        LaneStatistics.State state;
        if (why != null) state = LaneStatistics.State.DEAD;
        else if (!bot.active || fraction == 0) state = LaneStatistics.State.UNUSED;
        else if (Math.max(notBefore, bot.notBefore) > now) {
            state = LaneStatistics.State.RESTING;
            why = notBefore > now && lastFlood == Long.MIN_VALUE ? "waits its turn" : "the server asked for a rest";
        } else state = LaneStatistics.State.OPEN;
        return new LaneStatistics(
                id, state, why == null ? "" : why, posts, filled / full, floods, ambiguous, postsPerSecond());
    }
}
