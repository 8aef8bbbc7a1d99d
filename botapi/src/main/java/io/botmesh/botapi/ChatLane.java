package io.botmesh.botapi;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one chat, and how much it got lately. One call is on its way at a time: only so does the next one stay
 * behind it, whatever connection it takes and even if it is refused for now. Not thread-safe, and holds no clock.
 */
final class ChatLane {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    /** Messages in a minute that may be too many for a chat; reports begin at this for channels. */
    private static final int MANY_IN_A_MINUTE = 10;

    final String key;
    final long number;
    private final SendLimits limits;
    private final Deque<Ticket> usual = new ArrayDeque<>(2);
    private final Deque<Ticket> broadcasts = new ArrayDeque<>(0);
    private final Bucket bucket;
    /** Against the window. */
    private final Recent counted;
    /** Everything in the order of this chat, whether it counts or not. */
    private final Recent touched = new Recent(MANY_IN_A_MINUTE);

    private SendLimits.@Nullable Window window;

    @Nullable
    Ticket onTheWay;

    private boolean resting;
    private long restsUntil;

    /** Where it stands in the {@link Traffic}'s queues, and by what it is ordered there. */
    @Nullable
    Place place;

    long due;
    long turn;
    boolean listedIdle;
    long idleSince;

    /** One of the queues of chats. */
    interface Place {
        void remove(ChatLane chat);
    }

    ChatLane(String key, long number, SendLimits limits, boolean group, long now) {
        this.key = key;
        this.number = number;
        this.limits = limits;
        bucket = new Bucket(limits.chat(), now);
        window = group ? limits.group() : null;
        counted = new Recent(Math.max(
                limits.group() == null ? 1 : limits.group().messages(),
                limits.channel() == null ? 1 : limits.channel().messages()));
    }

    void add(Ticket ticket) {
        (ticket.broadcast ? broadcasts : usual).addLast(ticket);
    }

    void addFirst(Ticket ticket) {
        (ticket.broadcast ? broadcasts : usual).addFirst(ticket);
    }

    void remove(Ticket ticket) {
        (ticket.broadcast ? broadcasts : usual).remove(ticket);
    }

    @Nullable
    Ticket head() {
        Ticket first = usual.peekFirst();
        return first != null ? first : broadcasts.peekFirst();
    }

    boolean isEmpty() {
        return usual.isEmpty() && broadcasts.isEmpty();
    }

    Iterable<Ticket> waiting() {
        var all = new ArrayDeque<>(usual);
        all.addAll(broadcasts);
        return all;
    }

    /** Nanoseconds until the ticket at the head may go, the bot as a whole left aside. */
    long delay(Ticket head, long now) {
        long wait = Math.max(rest(now), head.rest(now));
        if (head.cost == 0) return wait;
        long paced = Math.max(bucket.delay(head.cost, 0, now), windowWait(head.cost, now));
        if (paced > 0) head.paced = true;
        return Math.max(wait, paced);
    }

    private long windowWait(int messages, long now) {
        if (window == null) return 0;
        long span = (long) (window.span().toNanos() / bucket.factor());
        int room = window.messages() - Math.min(messages, window.messages());
        int young = counted.within(span, now);
        return young <= room ? 0 : counted.newest(room) + span - now;
    }

    /** Nanoseconds that a 429 leaves it resting. */
    long rest(long now) {
        return resting ? Math.max(0, restsUntil - now) : 0;
    }

    void rest(Duration time, long now) {
        long until = now + time.toNanos();
        if (!resting || until - restsUntil > 0) restsUntil = until;
        resting = true;
    }

    /**
     * Counts what the server took. Counted when it has answered, for it may have looked at its own clock only just
     * then; one call on its way at a time makes that safe.
     */
    void charge(Ticket ticket, long now) {
        bucket.take(ticket.cost, now);
        for (int i = 0; i < ticket.cost; i++) counted.add(now);
        for (int i = 0; i < Math.min(ticket.route.messages(), MANY_IN_A_MINUTE); i++) touched.add(now);
        if (rest(now) == 0) resting = false;
    }

    void slower() {
        bucket.slower();
    }

    void faster() {
        bucket.faster();
    }

    /** Whether what it got lately is enough to be the reason of a refusal. */
    boolean explainsRefusal(long now) {
        return touched.within(SECOND, now) > 0 || touched.within(MINUTE, now) >= MANY_IN_A_MINUTE;
    }

    /** What the answer says of the chat. */
    void learn(ChatType type) {
        if (type.equals(ChatType.CHANNEL)) window = limits.channel();
        else if (type.equals(ChatType.PRIVATE)) window = null;
        else window = limits.group();
    }

    /** Whether forgetting it would forget nothing that counts. */
    boolean isForgettable(long now) {
        if (onTheWay != null || !isEmpty() || rest(now) > 0 || !bucket.isFull(now)) return false;
        long kept = bucket.factor() == 1 ? MINUTE : 10 * MINUTE;
        if (window != null) kept = Math.max(kept, (long) (window.span().toNanos() / bucket.factor()));
        return now - idleSince >= kept;
    }
}
