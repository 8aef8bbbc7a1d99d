package io.botmesh.botapi;

import io.botmesh.botapi.SendLimits.Rate;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What all chats of a bot share: the chats whose turn it is, the bot's total rate, and its rest after a 429 that was meant
 * for the whole bot. After such a rest one call goes first, and the others follow when it has passed. Not thread-safe,
 * and holds no clock.
 */
final class Pool {
    /** So many chats refused for no reason of their own, one after the other, mean the bot. */
    private static final int ACCUSERS = 3;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long PROBE = Duration.ofSeconds(10).toNanos();
    private static final long FRESH = Duration.ofSeconds(10).toNanos();

    private enum State {
        OPEN,
        RESTING,
        PROBING
    }

    /** Chats in the order in which their calls were made. */
    private static final class Line implements ChatLane.Place {
        final TreeSet<ChatLane> chats = new TreeSet<>(Comparator.comparingLong(chat -> chat.turn));

        @Override
        public void remove(ChatLane chat) {
            chats.remove(chat);
        }
    }

    private final Line usual = new Line();
    private final Line broadcasts = new Line();
    private final Bucket bucket;
    private final Bucket broadcastBucket;
    private final int broadcastsAtOnce;
    /** Tokens of the bot's bucket that broadcasts leave to replies. */
    private final int spare;

    private final Recent sent;
    private final int busy;
    private int broadcastsOnTheWay;

    private State state = State.OPEN;
    private long restsUntil;
    private long restsSince;
    private @Nullable Ticket probe;

    /** Chats refused though neither they nor the bot had sent much, and when; with none that got through since. */
    private final Map<String, Long> unexplained = new LinkedHashMap<>();

    /**
     * @param documented messages a second that are known to be allowed at most
     */
    Pool(@Nullable Rate bot, Rate broadcast, int broadcastsAtOnce, int documented, long now) {
        bucket = new Bucket(bot, now);
        broadcastBucket = new Bucket(broadcast, now);
        this.broadcastsAtOnce = broadcastsAtOnce;
        spare = bot == null ? 0 : bot.burst() / 3;
        double perSecond =
                bot == null ? documented : bot.messages() * 1e9 / bot.per().toNanos();
        busy = Math.max(2, (int) (perSecond * 0.8));
        sent = new Recent(busy);
    }

    /** The chat's turn has come, as far as the chat is concerned. */
    void enqueue(ChatLane chat, Ticket head) {
        Line line = head.broadcast ? broadcasts : usual;
        chat.turn = head.number;
        chat.place = line;
        line.chats.add(chat);
    }

    /** The chat whose head may go now, or null. */
    @Nullable
    ChatLane next(long now) {
        return delay(now) == 0 ? first() : null;
    }

    private @Nullable ChatLane first() {
        if (!usual.chats.isEmpty()) return usual.chats.first();
        return broadcasts.chats.isEmpty() ? null : broadcasts.chats.first();
    }

    /** Nanoseconds until {@link #next} may have one; the longest there is while only an event can bring it. */
    long delay(long now) {
        ChatLane chat = first();
        Ticket head = chat == null ? null : chat.head();
        if (head == null) return Long.MAX_VALUE;
        long wait = rest(now);
        if (wait == 0 && state == State.RESTING) state = State.PROBING;
        // A probe that takes its time (a large file) keeps the others no longer than that.
        if (state == State.PROBING && probe != null) wait = Math.max(0, probe.sentAt + PROBE - now);
        long paced = bucket.delay(head.cost, head.broadcast ? spare : 0, now);
        if (head.broadcast) {
            if (broadcastsOnTheWay >= broadcastsAtOnce) return Long.MAX_VALUE;
            paced = Math.max(paced, broadcastBucket.delay(head.cost, 0, now));
        }
        if (paced > 0) head.paced = true;
        return Math.max(wait, paced);
    }

    void onSend(Ticket ticket, long now) {
        bucket.take(ticket.cost, now);
        if (ticket.broadcast) {
            broadcastBucket.take(ticket.cost, now);
            broadcastsOnTheWay++;
        }
        for (int i = 0; i < Math.min(ticket.cost, busy); i++) sent.add(now);
        if (state == State.PROBING) probe = ticket;
    }

    /** The call is over, one way or the other. */
    void onEnd(Ticket ticket) {
        if (ticket.broadcast) broadcastsOnTheWay--;
        if (ticket.equals(probe)) probe = null;
    }

    /** The server took the call, so nothing was wrong with the bot when that went out. */
    void onTaken(Ticket ticket, boolean learning) {
        if (state == State.PROBING) state = State.OPEN;
        unexplained.values().removeIf(refusedAt -> ticket.sentAt - refusedAt > 0);
        if (learning && ticket.paced) bucket.faster();
    }

    /** Whether the refusal of this call was meant for the bot. If so, the bot rests. */
    boolean onRefused(Ticket ticket, ChatLane chat, Duration retryAfter, boolean learning, long now) {
        if (!isMeant(ticket, chat, now)) return false;
        long until = now + retryAfter.toNanos();
        if (state != State.RESTING) {
            restsSince = now;
            restsUntil = until;
            if (learning) bucket.slower();
        } else if (until - restsUntil > 0) {
            restsUntil = until;
        }
        state = State.RESTING;
        probe = null;
        unexplained.clear();
        return true;
    }

    private boolean isMeant(Ticket ticket, ChatLane chat, long now) {
        if (rest(now) > 0 && ticket.sentAt - restsSince <= 0) return true; // was on its way when the rest began
        if (chat.explainsRefusal(now)) return false;
        if (state == State.OPEN && sent.within(SECOND, ticket.sentAt) >= busy) return true;
        unexplained.values().removeIf(refusedAt -> now - refusedAt > FRESH);
        unexplained.put(chat.key, now);
        return unexplained.size() >= ACCUSERS;
    }

    /** Nanoseconds that a 429 leaves the whole bot resting. */
    long rest(long now) {
        return state == State.RESTING ? Math.max(0, restsUntil - now) : 0;
    }
}
