package io.botmesh.mesh;

import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.MessageHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps what a node's program would send; no time passes. */
final class SaidWork implements NodeWork {
    /** One message. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Said(String stream, String subject, List<MessageHeader> headers, byte[] body) {}

    final List<Said> said = new ArrayList<>();
    private final Instant now;

    SaidWork(Instant now) {
        this.now = now;
    }

    /** A node that can speak with bert. */
    static NodeSetup setup(int messageBytes) {
        Carrier.Writers writers = new MemoryCarrier(-1, () -> Instant.EPOCH).writers(1);
        var bert = new Peer(
                "bert",
                Identity.generate().key(),
                ReaderSecret.generate().key(),
                null,
                writers.lanes(),
                writers.capabilities(),
                true);
        return new NodeSetup(
                        "anna",
                        Protection.Sealed.of(Identity.generate(), Keyring.of(ReaderSecret.generate())),
                        Peers.of(List.of(bert)),
                        new NodeSetup.Ends(null, Map.of("bert", writers)),
                        new NodeRig.Disk())
                .withOptions(NodeOptions.defaults()
                        .withOutbox(new NodeOptions.Waiting(1 << 20, Overflow.BLOCK, messageBytes)));
    }

    @Override
    public CompletableFuture<Void> change(Event event) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Receipt> send(
            String peer,
            String stream,
            String subject,
            List<MessageHeader> headers,
            byte[] body,
            NodeStore.@Nullable Write along) {
        said.add(new Said(stream, subject, headers, body));
        return CompletableFuture.completedFuture(Receipt.acked(said.size()));
    }

    @Override
    public CompletableFuture<Void> drain(@Nullable String peer) {
        return new CompletableFuture<>();
    }

    @Override
    public <T> T await(CompletableFuture<T> future) throws InterruptedException {
        return Node.await(future);
    }

    @Override
    public CompletableFuture<Void> after(Duration time) {
        return new CompletableFuture<>();
    }

    @Override
    public Instant instant() {
        return now;
    }
}
