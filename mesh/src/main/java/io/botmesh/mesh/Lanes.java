package io.botmesh.mesh;

import io.botmesh.mesh.Outcome.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which lane posts next and when: a token bucket for each lane and each bot, and the lane that is ready first
 * wins. What becomes of posts comes in as events and changes what is known of limits and of lanes that do not work. Holds
 * no clock, socket or thread; {@code now} is a {@link System#nanoTime()} and may wrap. Not thread-safe.
 */
final class Lanes {
    /** The lane to use and how long it has still to wait, zero or more nanoseconds. */
    record Choice(int lane, long waitNanos) {}

    /** What the reader lets this node post through a lane. */
    record Grant(int lane, double postsPerSecond) {}

    /** No lane has to be avoided. */
    static final int ANY = -1;

    /** Who is no more than a guest on a lane begins with this part of its rate. */
    static final int UNINVITED = 8;

    static final Duration GRANT_LIFE = Duration.ofMinutes(2);

    private static final long SECOND = 1_000_000_000L;

    /** Slow lanes do not hold up swift ones: no pause is longer than this, in intervals of all lanes together. */
    private static final double MOST_PAUSE = 1.3;

    /** A backlog of this much work sends a node to lanes where it is a guest, one of half a second back home. */
    private static final double SPILL_SECONDS = 2;

    private static final double RETURN_SECONDS = 0.5;

    /** The server admits twenty new clients a minute from one address. */
    private static final long SPILL_PACE = 3 * SECOND;

    private static final long LAST_SPILL_PACE = 300 * SECOND;

    /** How much later than the lane that left a post's outcome open another may be, to be preferred. */
    private static final long DETOUR = 5 * SECOND;

    /** A lane that leaves so many in a row unanswered while others answer is dead. */
    private static final int UNANSWERED = 5;

    private final List<Lane> lanes = new ArrayList<>();
    private final List<Lane.Bot> bots;
    private final LaneHeap heap;
    private final LaneLimits limits;
    private final LaneShare share;
    private final RandomGenerator random;
    private final long origin;

    private double total; // posts a second of all lanes in use
    private int troubles; // in a row, on any lane
    private int troubledLane = ANY;
    private long pausedUntil = Long.MIN_VALUE;
    private long pacedSince;
    private double pause; // nanoseconds from then on in which no lane posts, if as many still are in use
    private boolean granted;
    private long grantedUntil = Long.MAX_VALUE;
    private int guests; // bots
    private long nextSpill = Long.MIN_VALUE;
    private long spillPace = SPILL_PACE;

    Lanes(List<LaneId> ids, LaneLimits limits, LaneShare share, RandomGenerator random, long now) {
        if (ids.isEmpty()) throw new IllegalArgumentException("no lane");
        this.limits = limits;
        this.share = share;
        this.random = random;
        origin = now;
        heap = new LaneHeap(ids.size());
        boolean exclusive = share instanceof LaneShare.Part;
        double fraction = 1;
        long first = Long.MIN_VALUE;
        if (share instanceof LaneShare.Part part && part.holders() > 1) {
            fraction = 1.0 / part.holders();
            first = (long) (Math.max(0, part.position() - (limits.burst() - 2)) / limits.postsPerSecond() * SECOND);
        }
        Map<Long, Lane.Bot> byId = new LinkedHashMap<>();
        for (LaneId id : ids) {
            Lane.Bot bot = byId.computeIfAbsent(id.writer(), Lane.Bot::new);
            Lane lane = new Lane(lanes.size(), id, bot, limits, fraction, exclusive, first);
            lanes.add(lane);
            bot.lanes.add(lane);
        }
        bots = new ArrayList<>(byId.values());
        switch (share) {
            case LaneShare.Part part -> bots.forEach(bot -> bot.home = true);
            case LaneShare.Sticky sticky -> settle(sticky.node());
            case LaneShare.Granted granted -> settle(granted.node());
        }
        for (Lane.Bot bot : bots) bot.active = bot.home;
        returnHome(0);
    }

    /** A node's home is a few writers of all: tokens that it has not used yet are slow at first. */
    private void settle(String node) {
        int homes = bots.size() <= 8 ? 2 : bots.size() <= 24 ? 3 : 4;
        bots.stream()
                .sorted(Comparator.comparingLong((Lane.Bot bot) -> Rendezvous.weight(node, bot.id))
                        .reversed())
                .limit(homes)
                .forEach(bot -> bot.home = true);
    }

    /**
     * The lane that may post first; null while every lane has its most posts on the way.
     *
     * @param backlogPosts posts that what is waiting would fill
     * @param avoid        a lane that should not take this packet while another can, or {@link #ANY}
     */
    @Nullable
    Choice choose(long now, double backlogPosts, int avoid) {
        long at = now - origin;
        if (at >= grantedUntil) returnHome(at);
        if (share instanceof LaneShare.Sticky && !granted) spread(backlogPosts, at);
        Lane best = first();
        if (best == null) return null;
        if (best.index == avoid) {
            heap.remove(best);
            Lane other = first();
            place(best);
            if (other != null && (best.isDead() || !other.isDead()) && other.key - Math.max(at, best.key) < DETOUR) {
                best = other;
            }
        }
        long from = Math.max(best.key, Math.max(pausedUntil, pacedUntil()));
        return new Choice(best.index, Math.max(0, from - at));
    }

    /** Keys are lower bounds, as a bot's limit moves all its lanes; only what comes to the top is looked at. */
    private @Nullable Lane first() {
        while (true) {
            Lane top = heap.peek();
            if (top == null) return null;
            long ready = readyAt(top);
            if (ready <= top.key) return top;
            heap.put(top, ready);
        }
    }

    private static long readyAt(Lane lane) {
        Lane.Bot bot = lane.bot;
        return Math.max(Math.max(lane.readyAt(), bot.notBefore), Math.max(bot.bucket.readyAt(), bot.bar.until));
    }

    /** Puts a lane where its state wants it. */
    private void place(Lane lane) {
        boolean inUse = lane.bot.active && lane.fraction > 0;
        double rate = inUse && !lane.isDead() ? lane.postsPerSecond() : 0;
        total += lane.bot.count(rate - lane.counted);
        lane.counted = rate;
        boolean probed = lane.bot.bar.why != null && lane.bot.lanes.stream().anyMatch(other -> other.inFlight > 0);
        if (inUse && !probed && lane.inFlight < lane.inFlightLimit()) heap.put(lane, readyAt(lane));
        else heap.remove(lane);
    }

    private void placeAll(Lane.Bot bot) {
        bot.lanes.forEach(this::place);
    }

    void onSend(int index, long now) {
        long at = now - origin;
        Lane lane = lanes.get(index);
        lane.send(at, pacedUntil());
        lane.bot.bucket.take(at);
        pace(at);
        if (lane.bot.bar.why == null) place(lane);
        else placeAll(lane.bot); // one post is enough to see whether the token works again
    }

    /**
     * With less than a post for each lane left they do not all go at once: who comes behind them would wait for a whole interval
     * instead of a part of it, for lanes that were used together are ready together. The longest pause that lets the posts which
     * are left last until lanes are ready again keeps them apart for good; who has more left is in less need of it.
     */
    private void pace(long at) {
        double[] next = new double[lanes.size()];
        int used = 0;
        int ready = 0;
        for (Lane lane : lanes) {
            if (lane.counted == 0) continue;
            ready += lane.wholeTokens(at);
            next[used++] = lane.nextToken(at);
        }
        pacedSince = at;
        pause = 0;
        if (ready >= used) return;
        Arrays.sort(next, 0, used);
        for (int i = 0; i < used; i++) pause = Math.max(pause, next[i] / (ready + i + 1));
        pause *= Math.min(1, 2 * (1 - (double) ready / used));
    }

    private long pacedUntil() {
        if (pause == 0 || total <= 0) return Long.MIN_VALUE;
        return pacedSince + (long) Math.min(pause, MOST_PAUSE / total * SECOND);
    }

    /** The post stands in the channel. */
    void onPosted(int index, long now) {
        Lane lane = lanes.get(index);
        lane.release();
        lane.posted(now - origin);
        troubles = 0;
        troubledLane = ANY;
        lane.bar.open();
        if (lane.bot.bar.open()) placeAll(lane.bot);
        else place(lane);
    }

    /** How full the text was that has just been posted; not told of the last of a burst. */
    void onFilled(int index, double part) {
        lanes.get(index).fill(part);
    }

    /** The post did not happen: the server wants this lane to rest. */
    void onFloodWait(int index, Duration retryAfter, long now) {
        long at = now - origin;
        Lane lane = lanes.get(index);
        boolean old = lane.release();
        troubles = 0;
        long until = at + retryAfter.toNanos() + random.nextLong(SECOND);
        // Two channels of one bot refused at once: it is the bot's own limit, which no other channel of it escapes.
        boolean botWide = lane.bot.lanes.stream()
                .anyMatch(other -> other != lane && other.lastFlood != Long.MIN_VALUE && other.notBefore > at);
        lane.flooded(old, at, until);
        if (botWide) lane.bot.notBefore = Math.max(lane.bot.notBefore, until);
        if (lane.bot.guest) {
            // Those at home there, or guests before us, use it up.
            leave(lane.bot);
            spillPace = Math.min(2 * spillPace, LAST_SPILL_PACE);
            nextSpill = Math.max(nextSpill, at + spillPace);
        }
        placeAll(lane.bot);
    }

    /** The post did not happen: nothing does for this lane or writer, until somebody has seen to it. */
    void onBarred(int index, Scope scope, String why, long now) {
        Lane lane = lanes.get(index);
        lane.release();
        troubles = 0;
        bar(lane, scope, why, now - origin);
    }

    /** The lane gave a reason that was taken for the packet's fault, and another lane has taken that packet. */
    void onProvenBad(int index, String why, long now) {
        bar(lanes.get(index), Scope.LANE, why, now - origin);
    }

    private void bar(Lane lane, Scope scope, String why, long at) {
        (scope == Scope.WRITER ? lane.bot.bar : lane.bar).close(why, at);
        placeAll(lane.bot);
        rescue(at);
    }

    /** The post did not happen, and not because of the lane. */
    void onRefused(int index) {
        Lane lane = lanes.get(index);
        lane.release();
        troubles = 0;
        place(lane);
    }

    /** The post did not happen: the way to the server is closed, for all lanes alike. */
    void onUnreachable(int index, long now) {
        long at = now - origin;
        Lane lane = lanes.get(index);
        lane.release();
        troubles++;
        pausedUntil = Math.max(pausedUntil, at + pause(troubles));
        place(lane);
    }

    /** No answer, or none that says what happened. */
    void onUnknown(int index, String why, long now) {
        long at = now - origin;
        Lane lane = lanes.get(index);
        lane.release();
        lane.ambiguous++;
        lane.unanswered++;
        troubles++;
        // One lane may have bad luck; when two have it in a row it is the way to the server.
        if (troubledLane != ANY && troubledLane != index) pausedUntil = Math.max(pausedUntil, at + pause(troubles));
        troubledLane = index;
        if (lane.unanswered >= UNANSWERED && lanes.size() > 1 && troubles < UNANSWERED) {
            lane.unanswered = 0;
            bar(lane, Scope.LANE, "lane " + lane.id + " does not answer while others do: " + why, at);
            return;
        }
        lane.rest(at + pause(lane.unanswered));
        place(lane);
    }

    private long pause(int times) {
        long most = Math.min(30 * SECOND, 250_000_000L << Math.min(times, 10));
        return random.nextLong(most / 2, most);
    }

    /** The reader's word, which takes the place of its earlier one. Lanes that it does not name are others' to use. */
    void onGrants(List<Grant> grants, long now) {
        if (share instanceof LaneShare.Part) return;
        long at = now - origin;
        granted = true;
        grantedUntil = at + GRANT_LIFE.toNanos();
        guests = 0;
        double[] fractions = new double[lanes.size()];
        for (Grant grant : grants) {
            if (grant.lane() < 0 || grant.lane() >= fractions.length) continue; // a list that is longer than ours
            fractions[grant.lane()] = Math.clamp(grant.postsPerSecond() / limits.postsPerSecond(), 0, 1);
        }
        for (Lane.Bot bot : bots) {
            bot.active = true;
            bot.guest = false;
            for (Lane lane : bot.lanes) {
                double fraction = fractions[lane.index];
                lane.entitle(fraction, true, false, at);
            }
            placeAll(bot);
        }
        rescue(at);
    }

    /** To what holds without anybody's word. */
    private void returnHome(long at) {
        granted = false;
        grantedUntil = Long.MAX_VALUE;
        guests = 0;
        double fraction = share instanceof LaneShare.Part part
                ? 1.0 / part.holders()
                : share instanceof LaneShare.Granted ? 1.0 / UNINVITED : 1;
        for (Lane.Bot bot : bots) {
            bot.active = bot.home;
            bot.guest = false;
            for (Lane lane : bot.lanes) lane.entitle(fraction, share instanceof LaneShare.Part, false, at);
            placeAll(bot);
        }
        rescue(at);
    }

    /**
     * Where every lane is dead that is this node's to use, all others have to do, gently. The reader that grants lanes does not know
     * which tokens work, and acks that nobody can send hold up a whole link.
     */
    private void rescue(long at) {
        for (Lane lane : lanes) if (lane.bot.active && lane.fraction > 0 && !lane.isDead()) return;
        for (Lane.Bot bot : bots) {
            // Dead ones of the others too: they may come back first.
            for (Lane lane : bot.lanes) if (!bot.active || lane.fraction == 0) lane.entitle(1, false, true, at);
            bot.active = true;
            placeAll(bot);
        }
    }

    /** Goes to one more writer as a guest while there is too much to do, and back home when there is little. */
    private void spread(double backlogPosts, long at) {
        if (guests > 0 && backlogPosts < RETURN_SECONDS * total) {
            spillPace = SPILL_PACE;
            returnHome(at);
            return;
        }
        if (backlogPosts <= SPILL_SECONDS * total || at < nextSpill) return;
        List<Lane.Bot> outside =
                bots.stream().filter(bot -> !bot.active && bot.bar.why == null).toList();
        if (outside.isEmpty()) {
            nextSpill = at + LAST_SPILL_PACE;
            return;
        }
        Lane.Bot one = outside.get(random.nextInt(outside.size()));
        Lane.Bot two = outside.get(random.nextInt(outside.size()));
        Lane.Bot better = lastFlood(two) < lastFlood(one) ? two : one;
        better.active = true;
        better.guest = true;
        guests++;
        for (Lane lane : better.lanes) lane.entitle(1, false, true, at);
        placeAll(better);
        nextSpill = at + spillPace;
    }

    private void leave(Lane.Bot guest) {
        guest.guest = false;
        guest.active = false;
        guests--;
    }

    private static long lastFlood(Lane.Bot bot) {
        return bot.lanes.stream().mapToLong(lane -> lane.lastFlood).max().orElse(Long.MIN_VALUE);
    }

    /** Why nothing can be posted at all, or null while at least one lane that is ours to use lives. */
    @Nullable
    String deadBecause() {
        String why = null;
        for (Lane lane : lanes) {
            if (!lane.bot.active || lane.fraction == 0) continue;
            if (!lane.isDead()) return null;
            if (why == null) why = lane.deadBecause();
        }
        return why;
    }

    /** Whether a lane other than this one works. */
    boolean anotherLives(int index) {
        for (Lane lane : lanes) {
            if (lane.index != index && lane.bot.active && lane.fraction > 0 && !lane.isDead()) return true;
        }
        return false;
    }

    int dead() {
        return (int) lanes.stream().filter(Lane::isDead).count();
    }

    /** Posts a second that all living lanes allow together. */
    double postsPerSecond() {
        return Math.max(0, total);
    }

    List<LaneStatistics> statistics(long now) {
        return lanes.stream().map(lane -> lane.statistics(now - origin)).toList();
    }
}
