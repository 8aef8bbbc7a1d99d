package io.botmesh.mesh;

import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Journal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * A duplex link between two nodes: each has a channel of its own that it reads and that the other posts into, so each is a
 * quasi-server for the other. Either end may be off; what is sent meanwhile waits at Telegram, or in the outbox.
 *
 * <p>In this plain form the sender's name is a claim: whoever holds a writer's token can make it.
 */
public final class Link implements AutoCloseable {
    private final Initiator out;
    private final QuasiServer in;
    private final LongAdder strangers;

    private Link(Initiator out, QuasiServer in, LongAdder strangers) {
        this.out = out;
        this.in = in;
        this.strangers = strangers;
    }

    /**
     * Opens this end. Clients and stores stay the caller's to close, after this.
     *
     * @param apis    makes the client for a bot
     * @param handler gets the peer's messages, in the order they were sent
     * @throws MeshException if the reader's token is wrong, its channel cannot be read, or the API is out of reach
     */
    public static Link open(
            LinkOptions options,
            Function<BotToken, BotApi> apis,
            Outbox outbox,
            Journal<RawUpdate> journal,
            Inbox inbox,
            MessageHandler handler)
            throws InterruptedException {
        var strangers = new LongAdder();
        QuasiServer in = QuasiServer.start(options.in(), apis.apply(options.reader()), journal, inbox, message -> {
            if (message.sender().equals(options.peer())) handler.handle(message);
            else strangers.increment();
        });
        try {
            return new Link(Initiator.open(options.out(), apis, outbox), in, strangers);
        } catch (RuntimeException | Error failed) {
            in.close();
            throw failed;
        }
    }

    /** Sends a message to the peer; it is in the outbox when this returns. */
    public Receipt send(byte[] body) throws InterruptedException {
        return out.send(body);
    }

    /** Sends a message of any size to the peer; it is in the outbox when this returns. */
    public Receipt send(String subject, InputStream body) throws IOException, InterruptedException {
        return out.send(subject, body);
    }

    /** Waits until Telegram has everything that was sent. */
    public void drain() throws InterruptedException {
        out.drain();
    }

    /** Completes when reading has ended; exceptionally, with a one-line reason, when it had to. */
    public CompletableFuture<Void> stopped() {
        return in.stopped();
    }

    public InitiatorStatistics sent() {
        return out.statistics();
    }

    public QuasiStatistics received() {
        return in.statistics();
    }

    /** Messages of others than the peer, which were dropped. */
    public long strangers() {
        return strangers.sum();
    }

    /** Stops reading within ten seconds, then posting at once. What is not posted stays in the outbox. */
    @Override
    public void close() {
        try (out) {
            in.stop(Duration.ofSeconds(10));
        }
    }
}
