package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The way from a node to one of its peers. Messages that are sent through it are on the disk when {@code send} returns, and
 * arrive in the order of their stream whatever dies in between. Thread-safe; cheap to make.
 */
public final class Link {
    private final Node node;
    private final String peer;
    private final String stream;

    Link(Node node, String peer, String stream) {
        this.node = node;
        this.peer = peer;
        this.stream = stream;
    }

    /** Name of the peer. */
    public String peer() {
        return peer;
    }

    /** Whether there is such a peer; sending to one that there is not fails. */
    public boolean isKnown() {
        return node.knows(peer);
    }

    /**
     * The same way with an order of its own: what is late on one stream does not hold up another.
     *
     * <p>There may be any number of names over time. About 240 are on their way at once: messages of further ones stay in the outbox until all of
     * another one is done.
     *
     * @param name known to the peer as {@link Message#stream()}; at most 256 bytes of UTF-8; those that begin with {@code bm-} are the node's own
     * @throws IllegalArgumentException when it is no such name
     */
    public Link stream(String name) {
        Names.programsStream(name);
        return new Link(node, peer, name);
    }

    /** Sends text; see {@link #send(String, List, byte[])}. */
    public Receipt send(String subject, String text) throws InterruptedException {
        return send(subject, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes; see {@link #send(String, List, byte[])}. */
    public Receipt send(String subject, byte[] body) throws InterruptedException {
        return send(subject, List.of(), body);
    }

    /**
     * Sends a message; it is on this node's disk when this returns. While the outbox is full this waits, fails or drops, as
     * {@link NodeOptions.Waiting#overflow()} says.
     *
     * @param subject  without wildcards; may be empty
     * @param headers  beside the body; names that begin with {@code bm-} are the node's own
     * @param body     not to be changed afterwards
     * @throws IllegalArgumentException when it is no message, or the peer is not known
     * @throws IllegalStateException    before the node is started
     * @throws MeshException            when it cannot be taken
     * @throws InterruptedException     then it is not sent if it waited for room; else it may be
     */
    public Receipt send(String subject, List<MessageHeader> headers, byte[] body) throws InterruptedException {
        node.checkStarted();
        requireNonNull(body, "body");
        return Node.awaitOrCancel(
                node.send(peer, stream, Subject.checked(subject), Names.programsHeaders(headers), body));
    }

    /**
     * As {@link #send(String, List, byte[])}, without waiting: completes when the message is on the disk. One that waits for room, or for the start of
     * the node, is not sent if this is cancelled. Fails with {@link MeshException.TooManyPending} while too much waits so, see
     * {@link NodeOptions.Waiting#pending()}.
     */
    public CompletableFuture<Receipt> sendAsync(String subject, List<MessageHeader> headers, byte[] body) {
        requireNonNull(body, "body");
        return node.offer(peer, stream, Subject.checked(subject), Names.programsHeaders(headers), body);
    }

    /**
     * Sends a file of any size, in parts: this returns when the last one is on this node's disk, and waits while the outbox is full. Called again
     * for the same bytes and name after a crash it goes on where it was, until the object is done. The peer needs {@link Node#onObject}.
     *
     * @param name what the peer is to call it
     * @return of the last part; it is done when the peer says that its handler has ended with the object, and fails with
     *         {@link MeshException.ObjectRefused} when the peer does not take it, which may be before all parts are sent
     */
    public Receipt put(String name, Path file) throws IOException, InterruptedException {
        requireNonNull(name, "name");
        node.checkStarted();
        return node.put(peer, name, file);
    }

    /**
     * The same for bytes that come as a stream, however many. They are copied to the node's {@link Node#spool} first: the peer is told size and
     * digest before them, and a stream cannot be read again after a crash. From then on the object is this node's to deliver, also in its next
     * process; a crash before that leaves nothing of it.
     *
     * @param in is read to its end, and stays the caller's to close
     * @throws IllegalStateException if the node has no spool
     * @throws MeshException.Full    if that has no room for it
     */
    public Receipt put(String name, InputStream in) throws IOException, InterruptedException {
        requireNonNull(name, "name");
        requireNonNull(in, "in");
        node.checkStarted();
        return node.put(peer, name, in);
    }

    /**
     * How many messages and requests the program gave for this peer that are or were on this node's disk, over all streams, in this process or an earlier
     * one of the same store. Replies, objects, and what nodes tell each other do not count. Where a program goes on that was killed while it sent.
     */
    public long sent() throws InterruptedException {
        node.checkStarted();
        return Node.await(node.sent(peer));
    }

    /** Asks with text; see {@link #request(String, List, byte[], Duration)}. */
    public CompletableFuture<Message> request(String subject, String text, Duration patience) {
        return request(subject, List.of(), text.getBytes(StandardCharsets.UTF_8), patience);
    }

    /**
     * Asks, and completes with the reply. Fails with {@link MeshException.Unanswered} after {@code patience}, with
     * {@link MeshException.RequestFailed} when the peer's handler failed for good or there is none. A request that comes to the peer
     * after its deadline is not handled. A patience above a hundred years is one of a hundred years. Fails at once with {@link IllegalArgumentException}, and sends nothing, when no answer can come: the peer cannot
     * write to this node ({@link Peer#answers}), or this node reads nothing. Fails with {@link MeshException.TooManyPending} as {@link #sendAsync} does.
     */
    public CompletableFuture<Message> request(
            String subject, List<MessageHeader> headers, byte[] body, Duration patience) {
        requireNonNull(body, "body");
        requireNonNull(patience, "patience");
        return node.request(peer, stream, Subject.checked(subject), Names.programsHeaders(headers), body, patience);
    }

    /**
     * Sends a message to another node through this peer, a gateway, so that who gets it does not learn who sent it: it comes from a
     * stranger whose key nobody has seen before. The peer must hand packets on ({@link NodeOptions.Gateway}) and know that node, we its key. Completes when
     * the message is on our disk, fails with {@link MeshException.Full} while a thousand such wait to be posted; nothing tells that it has arrived.
     */
    public CompletableFuture<Void> sendHidden(String to, String subject, byte[] body) {
        requireNonNull(to, "to");
        requireNonNull(body, "body");
        return node.sendHidden(peer, to, Subject.checked(subject), body);
    }
}
