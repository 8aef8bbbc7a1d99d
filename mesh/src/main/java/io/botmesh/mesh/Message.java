package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.seal.NodeKey;
import io.botmesh.wire.MessageHeader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A message as its handler gets it. */
public final class Message {
    private final Delivery delivery;
    private final @Nullable NodeProgram program;
    private boolean ended;

    Message(Delivery delivery, @Nullable NodeProgram program) {
        this.delivery = delivery;
        this.program = program;
    }

    /**
     * Who sent it: a peer's name if {@link #isFromPeer}; of a stranger the short form of its key, and in plain packets what it
     * calls itself.
     */
    public String from() {
        return delivery.peer();
    }

    /** Whether the sender is a peer that we know: in sealed packets proved by its signature. */
    public boolean isFromPeer() {
        return delivery.known();
    }

    /** Who signed it; empty in plain packets. */
    public Optional<NodeKey> key() {
        return Optional.ofNullable(delivery.key());
    }

    /** Name of the stream that it came on; empty for the first one. */
    public String stream() {
        return delivery.stream();
    }

    /** The topic on which it was published; empty if it was sent to this node. */
    public Optional<String> topic() {
        return Optional.ofNullable(delivery.origin()).map(Origin::topic);
    }

    public String subject() {
        return delivery.subject();
    }

    public List<MessageHeader> headers() {
        return delivery.headers();
    }

    /** The first header with this name as text. */
    public Optional<String> header(String name) {
        return headers().stream()
                .filter(header -> header.name().equals(name))
                .findFirst()
                .map(MessageHeader::text);
    }

    /** Its bytes; not copied. */
    public byte[] body() {
        return delivery.body();
    }

    /** Its bytes as UTF-8; what is none becomes U+FFFD. */
    public String text() {
        return new String(body(), StandardCharsets.UTF_8);
    }

    /**
     * The same for the same message however often it comes, also after a restart, and for no other: who stores it with the message's effect, in one
     * transaction, has that effect once. About a hundred characters.
     */
    public String id() {
        return delivery.place();
    }

    /** When it was posted, by Telegram's clock, in whole seconds. */
    public Instant postedAt() {
        return delivery.postedAt();
    }

    /** 1 at first, one more each time that the handler failed. */
    public int attempt() {
        return delivery.attempt();
    }

    /** Whether it may have been handled before: the handler failed, or the process died inside. */
    public boolean isAgain() {
        return delivery.again();
    }

    /** Whether its sender waits for a reply, and can be sent one: nothing can be posted to strangers, nor to peers without lanes. */
    public boolean isRequest() {
        NodeProgram there = program;
        return Requests.idOf(delivery).isPresent() && (there == null || there.canAnswer(delivery));
    }

    /**
     * Answers a request. Where its sender waits and cannot be sent anything, that is told as {@link NodeEvent.Unanswerable} and nothing happens.
     *
     * @throws IllegalStateException if nobody waits for a reply
     */
    public void reply(byte[] body) throws InterruptedException {
        requireNonNull(body, "body");
        MessageHeader id = Requests.idOf(delivery)
                .orElseThrow(() -> new IllegalStateException("nobody waits for a reply to " + subject()));
        NodeProgram there = program;
        if (there == null) throw new IllegalStateException("a message without a node");
        if (there.canAnswer(delivery)) there.reply(delivery.peer(), id, null, body);
        else there.handlers().tell(new NodeEvent.Unanswerable(delivery.peer(), delivery.subject()));
    }

    /** Answers a request with text. */
    public void reply(String text) throws InterruptedException {
        reply(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the message with a value that is written in the same transaction; completes when that is on the disk. */
    CompletableFuture<Void> end(NodeStore.Write with) {
        NodeProgram there = program;
        if (there == null) throw new IllegalStateException("a message without a node");
        ended = true;
        return there.end(delivery.id(), with);
    }

    /** Whether {@link #end} was called. */
    boolean isEnded() {
        return ended;
    }

    /** Gets a message; when it returns, the message is done. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Handles one message. Messages of one stream come one after the other, those of different streams at once, each on a virtual
         * thread; blocking is fine.
         *
         * @throws Exception any failure: the message comes again after a pause, and is put aside after its last attempt
         */
        void handle(Message message) throws Exception;
    }

    @Override
    public String toString() {
        return "message of " + body().length + " bytes about " + subject() + " from " + from();
    }
}
