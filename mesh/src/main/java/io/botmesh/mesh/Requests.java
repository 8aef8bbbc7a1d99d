package io.botmesh.mesh;

import io.botmesh.wire.MessageHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for their replies. A request is a message with an id and a deadline in its headers, a reply one with the
 * same id. Both live no longer than the process that asks: after a restart nobody waits. Thread-safe.
 */
final class Requests {
    /** Headers that begin so are the node's own. */
    static final String PREFIX = "bm-";

    private static final String ID = PREFIX + "request";
    private static final String DEADLINE = PREFIX + "by";
    private static final String LEFT = PREFIX + "left";

    /** Dates of posts are whole seconds. */
    private static final long ROUNDED_MILLIS = 999;

    private static final String REPLY = PREFIX + "reply";
    static final String FAILED = PREFIX + "failed";

    /** Answers have a stream of their own: a handler may ask back who sent what it handles, whose stream waits for it. */
    static final String STREAM = PREFIX + "replies";

    /** Longer than anybody waits, and short enough for all clocks. */
    private static final Duration MOST = Duration.ofDays(36_500);

    private final NodeWork work;
    private final RandomGenerator random;
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();

    private record Waiting(String peer, CompletableFuture<Message> reply) {}

    /** @param random whoever guesses an id could answer in another's place */
    Requests(NodeWork work, RandomGenerator random) {
        this.work = work;
        this.random = random;
    }

    /** A request that was made. */
    record Made(List<MessageHeader> headers, CompletableFuture<Message> reply) {}

    Made make(String peer, List<MessageHeader> headers, Duration wanted) {
        Duration patience = wanted.compareTo(MOST) < 0 ? wanted : MOST;
        long id = random.nextLong();
        var reply = new CompletableFuture<Message>();
        waiting.put(id, new Waiting(peer, reply));
        var all = new ArrayList<MessageHeader>(headers);
        all.addAll(requestHeaders(id, work.instant().plus(patience), patience));
        CompletableFuture<Void> over = work.after(patience);
        var unused = over.thenRun(() -> reply.completeExceptionally(
                new MeshException.Unanswered(peer + " did not answer within " + patience.toMillis() + " ms")));
        var unusedEnd = reply.whenComplete((got, failure) -> {
            waiting.remove(id);
            over.cancel(false);
        });
        return new Made(all, reply);
    }

    static List<MessageHeader> requestHeaders(long id, Instant by) {
        return List.of(new MessageHeader(ID, bytes(id)), new MessageHeader(DEADLINE, bytes(by.toEpochMilli())));
    }

    /** @param left of the time until then */
    static List<MessageHeader> requestHeaders(long id, Instant by, Duration left) {
        var headers = new ArrayList<MessageHeader>(requestHeaders(id, by));
        headers.add(new MessageHeader(LEFT, bytes(left.toMillis())));
        return headers;
    }

    /** The headers of a message that goes into a packet: of a request, how much of its time is left then. */
    static List<MessageHeader> sealedAt(List<MessageHeader> headers, long now) {
        MessageHeader by = find(headers, DEADLINE).orElse(null);
        MessageHeader left = find(headers, LEFT).orElse(null);
        if (by == null || left == null) return headers;
        // A clock that was set back since the request was made gives it no more time than it had.
        long rest = Math.clamp(number(by) - now / 1_000_000, 0, number(left));
        var all = new ArrayList<>(headers);
        all.set(all.indexOf(left), new MessageHeader(LEFT, bytes(rest)));
        return all;
    }

    /** How long somebody waited for the reply when the request was sealed; empty if it does not say. */
    static Optional<Duration> left(Delivery delivery) {
        return find(delivery, LEFT)
                .filter(header -> header.value().length == Long.BYTES)
                .map(header -> Duration.ofMillis(number(header)));
    }

    /** The header by which a reply will be known; empty if this is no request. */
    static Optional<MessageHeader> idOf(Delivery delivery) {
        return find(delivery, ID);
    }

    static boolean isReply(Delivery delivery) {
        return find(delivery, REPLY).isPresent();
    }

    /**
     * Whether a request came too late for anybody to wait for its reply: what was left of its time, from its post on, both by the carrier's clock. One
     * that says only the moment is of an older program, and is held to it by whatever clock that has.
     */
    boolean isLate(Delivery delivery) {
        Optional<Duration> left = left(delivery);
        if (left.isPresent()) {
            Instant end = delivery.postedAt().plus(left.get()).plusMillis(ROUNDED_MILLIS);
            return work.instant().isAfter(end);
        }
        return find(delivery, DEADLINE)
                .filter(by -> by.value().length == Long.BYTES)
                .map(by -> Instant.ofEpochMilli(number(by)))
                .filter(by -> work.instant().isAfter(by))
                .isPresent();
    }

    static List<MessageHeader> replyHeaders(MessageHeader id, @Nullable String failure) {
        var reply = new MessageHeader(REPLY, id.value());
        if (failure == null) return List.of(reply);
        String brief = failure.length() > 200 ? failure.substring(0, 200) : failure;
        return List.of(reply, MessageHeader.of(FAILED, brief));
    }

    /** Hands a reply to who waits for it; false if nobody does. */
    boolean onReply(Delivery delivery) {
        byte[] id = find(delivery, REPLY).orElseThrow().value();
        if (id.length != Long.BYTES) return false;
        long number = ByteBuffer.wrap(id).getLong();
        Waiting one = waiting.get(number);
        if (one == null || !one.peer.equals(delivery.peer())) return false; // another's id is no right to answer
        waiting.remove(number);
        Optional<MessageHeader> failed = find(delivery, FAILED);
        if (failed.isPresent())
            one.reply.completeExceptionally(
                    new MeshException.RequestFailed(failed.get().text()));
        else one.reply.complete(new Message(delivery, null));
        return true;
    }

    void failAll(MeshException why) {
        waiting.values().forEach(one -> one.reply.completeExceptionally(why));
    }

    private static Optional<MessageHeader> find(Delivery delivery, String name) {
        return find(delivery.headers(), name);
    }

    private static Optional<MessageHeader> find(List<MessageHeader> headers, String name) {
        return headers.stream().filter(header -> header.name().equals(name)).findFirst();
    }

    private static long number(MessageHeader header) {
        return ByteBuffer.wrap(header.value()).getLong();
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
