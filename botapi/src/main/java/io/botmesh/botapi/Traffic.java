package io.botmesh.botapi;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which call may go out and when. Messages stand in line by chat, and the chats whose turn it is stand in line
 * for the bot; all other calls go at once, unless the server has refused their like. Holds no clock, thread or lock; {@code
 * now} is a {@link System#nanoTime()} and may wrap. Not thread-safe.
 */
final class Traffic {
    /** How a call ended that will not be tried again. */
    enum End {
        /** The server did it. */
        TAKEN,
        /** It may have happened. */
        UNKNOWN,
        /** It did not. */
        NOT
    }

    private static final int DOCUMENTED = 30;
    private static final int DOCUMENTED_PAID = 1000;

    /** Chats whose head is not due yet. */
    private static final class Timed implements ChatLane.Place {
        final TreeSet<ChatLane> chats =
                new TreeSet<>(((Comparator<ChatLane>) (one, other) -> Long.signum(one.due - other.due))
                        .thenComparingLong(chat -> chat.number));

        @Override
        public void remove(ChatLane chat) {
            chats.remove(chat);
        }
    }

    private final LimitOptions options;
    private final Map<String, ChatLane> chats = new HashMap<>();
    private final Deque<ChatLane> idle = new ArrayDeque<>();
    private final Timed timed = new Timed();
    private final Pool usual;
    private final Pool paid;
    /** By what they hold; few, for they go when their time is over. */
    private final Map<String, Gate> gates = new HashMap<>();

    /** Granted since the last {@link #release}. */
    private final List<Ticket> freed = new ArrayList<>();

    private long tickets;
    private long lanes;
    private int waiting;
    private int onTheWay;

    Traffic(LimitOptions options, long now) {
        this.options = options;
        usual = new Pool(options.limits().bot(), options.broadcast(), options.broadcastsAtOnce(), DOCUMENTED, now);
        // The bot's own rate is what a paid message may go beyond.
        paid = new Pool(null, options.paidBroadcast(), options.broadcastsAtOnce(), DOCUMENTED_PAID, now);
    }

    /** A new call, behind all that its order puts before it. */
    Ticket enter(Route route, boolean broadcast, long now) {
        forgetIdle(now);
        String lane = route.lane();
        ChatLane chat = lane == null
                ? null
                : chats.computeIfAbsent(lane, key -> {
                    // Users have positive numbers, groups and channels negative ones; which of these it is, an answer
                    // tells.
                    boolean group = !(route.chat() instanceof ChatId.Id id && id.id() > 0) && route.chat() != null;
                    return new ChatLane(key, lanes++, options.limits(), group, now);
                });
        var ticket = new Ticket(route, broadcast && chat != null, tickets++, chat, cost(route));
        waiting++;
        if (chat != null) {
            lift(chat);
            chat.add(ticket);
            place(chat, now);
        } else {
            Gate gate = gates.get(gateOf(ticket));
            if (gate == null) grant(ticket, now);
            else gate.waiting.addLast(ticket);
        }
        return ticket;
    }

    /** The calls that may go out now, in order. */
    List<Ticket> release(long now) {
        while (!timed.chats.isEmpty()) {
            ChatLane chat = timed.chats.first();
            if (chat.due - now > 0) break;
            lift(chat);
            place(chat, now);
        }
        var released = new ArrayList<>(freed);
        freed.clear();
        for (Pool pool : List.of(usual, paid)) {
            for (ChatLane chat = pool.next(now); chat != null; chat = pool.next(now)) {
                Ticket head = chat.head();
                if (head == null) throw new IllegalStateException("a chat stands in line with nothing to send");
                lift(chat);
                chat.remove(head);
                chat.onTheWay = head;
                pool.onSend(head, now);
                grant(head, now);
                released.add(head);
            }
        }
        if (!gates.isEmpty()) for (Gate gate : List.copyOf(gates.values())) open(gate, released, now);
        return released;
    }

    private void open(Gate gate, List<Ticket> released, long now) {
        if (gate.rest(now) > 0 || gate.probe != null) return;
        Ticket head = gate.waiting.pollFirst();
        if (head == null) {
            gates.remove(gate.key);
        } else {
            gate.probe = head;
            grant(head, now);
            released.add(head);
        }
    }

    private void grant(Ticket ticket, long now) {
        ticket.granted = true;
        ticket.sentAt = now;
        waiting--;
        onTheWay++;
    }

    /** Nanoseconds until {@link #release} may have something, if nothing else happens before. */
    long nextDue(long now) {
        long due = timed.chats.isEmpty() ? Long.MAX_VALUE : Math.max(0, timed.chats.first().due - now);
        due = Math.min(due, Math.min(usual.delay(now), paid.delay(now)));
        for (Gate gate : gates.values()) if (gate.probe == null) due = Math.min(due, gate.rest(now));
        return due;
    }

    /** Nanoseconds that this waiting call has to wait at least for what the server has refused. */
    long heldBack(Ticket ticket, long now) {
        if (ticket.chat == null) {
            Gate gate = gates.get(gateOf(ticket));
            return gate == null ? 0 : gate.rest(now);
        }
        return Math.max(ticket.chat.rest(now), pool(ticket).rest(now));
    }

    /** Gives up waiting. */
    void leave(Ticket ticket, long now) {
        waiting--;
        ChatLane chat = ticket.chat;
        if (chat != null) {
            lift(chat);
            chat.remove(ticket);
            place(chat, now);
        } else {
            Gate gate = gates.get(gateOf(ticket));
            if (gate != null) gate.waiting.remove(ticket);
        }
    }

    /**
     * The call is over.
     *
     * @param type of the chat, where the answer tells
     */
    void onEnd(Ticket ticket, End end, @Nullable ChatType type, long now) {
        onTheWay--;
        ChatLane chat = ticket.chat;
        if (chat == null) {
            Gate gate = gates.get(gateOf(ticket));
            if (gate == null) return;
            if (ticket.equals(gate.probe)) gate.probe = null;
            // Whatever else became of it: it was not refused for being too much.
            if (gate.rest(now) == 0 && end != End.UNKNOWN) openAll(gate, now);
            return;
        }
        Pool pool = pool(ticket);
        pool.onEnd(ticket);
        if (end != End.NOT) chat.charge(ticket, now);
        if (end == End.TAKEN) {
            if (type != null) chat.learn(type);
            if (options.learning() && ticket.paced) chat.faster();
            pool.onTaken(ticket, options.learning());
        }
        chat.onTheWay = null;
        place(chat, now);
    }

    private void openAll(Gate gate, long now) {
        gates.remove(gate.key);
        for (Ticket ticket : gate.waiting) grant(ticket, now);
        freed.addAll(gate.waiting);
    }

    /**
     * The server refused the call because it was too much: it stands first in line again, and its scope rests.
     *
     * @return the scope, for people
     */
    String onFloodWait(Ticket ticket, Duration retryAfter, long now) {
        backInLine(ticket);
        ChatLane chat = ticket.chat;
        if (chat == null) {
            if (ticket.alone) gates.remove(gateOf(ticket));
            ticket.alone = false;
            String key = gateOf(ticket);
            Gate gate = gates.get(key);
            if (gate == null) {
                gate = new Gate(key, lanes++, retryAfter, now);
                gates.put(key, gate);
            } else {
                gate.rest(retryAfter, now);
            }
            if (ticket.equals(gate.probe)) gate.probe = null;
            gate.waiting.addFirst(ticket);
            return key;
        }
        Pool pool = pool(ticket);
        pool.onEnd(ticket);
        boolean whole = pool.onRefused(ticket, chat, retryAfter, options.learning(), now);
        if (!whole) {
            chat.rest(retryAfter, now);
            if (options.learning()) chat.slower();
        }
        chat.onTheWay = null;
        chat.addFirst(ticket);
        place(chat, now);
        return whole ? "bot" : chat.key;
    }

    /** The call is to be tried again after a pause: it stands first in line again. */
    void onTrouble(Ticket ticket, Duration pause, long now) {
        backInLine(ticket);
        ChatLane chat = ticket.chat;
        if (chat == null) {
            Gate shared = gates.get(gateOf(ticket));
            if (shared != null && ticket.equals(shared.probe)) shared.probe = null;
            ticket.alone = true;
            var own = new Gate(gateOf(ticket), lanes++, pause, now);
            own.waiting.add(ticket);
            gates.put(own.key, own);
            return;
        }
        ticket.rest(pause, now);
        pool(ticket).onEnd(ticket);
        chat.onTheWay = null;
        chat.addFirst(ticket);
        place(chat, now);
    }

    private void backInLine(Ticket ticket) {
        ticket.granted = false;
        onTheWay--;
        waiting++;
    }

    private Pool pool(Ticket ticket) {
        return ticket.route.paid() ? paid : usual;
    }

    private int cost(Route route) {
        return route.kind() == CallKind.MESSAGE || options.limits().editsCount() ? route.messages() : 0;
    }

    private static String gateOf(Ticket ticket) {
        return ticket.alone ? "#" + ticket.number : gateOf(ticket.route);
    }

    private static String gateOf(Route route) {
        String place = route.place();
        return place == null ? route.method() : route.method() + " in " + place;
    }

    private static void lift(ChatLane chat) {
        if (chat.place != null) chat.place.remove(chat);
        chat.place = null;
    }

    private void place(ChatLane chat, long now) {
        if (chat.onTheWay != null) return;
        Ticket head = chat.head();
        if (head == null) {
            chat.idleSince = now;
            if (!chat.listedIdle) idle.addLast(chat);
            chat.listedIdle = true;
            return;
        }
        long wait = chat.delay(head, now);
        if (wait > 0) {
            chat.due = now + wait;
            chat.place = timed;
            timed.chats.add(chat);
        } else {
            pool(head).enqueue(chat, head);
        }
    }

    /** Looks at no more than a few at a time, so that no call pays for the many before it. */
    private void forgetIdle(long now) {
        for (int looked = 0; looked < 4 && !idle.isEmpty(); looked++) {
            ChatLane chat = idle.removeFirst();
            chat.listedIdle = false;
            if (chat.isForgettable(now)) {
                chats.remove(chat.key);
            } else if (chat.isEmpty() && chat.onTheWay == null) {
                chat.listedIdle = true;
                idle.addLast(chat);
            }
        }
    }

    LimitStats stats(long now, long floodWaits, long repeats) {
        int resting =
                (int) chats.values().stream().filter(chat -> chat.rest(now) > 0).count();
        return new LimitStats(
                waiting, onTheWay, resting, Duration.ofNanos(usual.rest(now)), chats.size(), floodWaits, repeats);
    }
}
