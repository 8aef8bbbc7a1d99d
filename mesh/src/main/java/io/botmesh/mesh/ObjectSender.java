package io.botmesh.mesh;

import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends files in parts; which part is next is written together with the part before, so that a later process goes on there. */
final class ObjectSender {
    private static final int PART_BYTES = 512 << 10;
    private static final long OBJECTS = 30; // which pattern

    private final NodeSetup setup;
    private final NodeLoop loop;

    ObjectSender(NodeSetup setup, NodeLoop loop) {
        this.setup = setup;
        this.loop = loop;
    }

    /** Sends the parts of a file that were not sent before; the receipt is the last one's. */
    Receipt put(String peer, String name, Path file) throws IOException, InterruptedException {
        int partBytes = Math.min(PART_BYTES, setup.options().outbox().messageBytes());
        var manifest = new ObjectParts.Manifest(Files.size(file), partBytes, ObjectParts.digest(file), name);
        byte[] id = manifest.id();
        var progress = new NodeStore.Key(
                NodeStore.Kind.PATTERN,
                OBJECTS,
                Long.parseUnsignedLong(ObjectParts.stem(peer, id).substring(0, 16), 16));
        long next = setup.store()
                .read(progress)
                .map(row -> Rows.read("an object", 1, row, in -> in.readLong()))
                .orElse(-1L);
        if (next == manifest.parts()) return ending(peer, progress);
        var header = new MessageHeader(ObjectParts.ID, id);
        if (next < 0) {
            part(peer, ObjectParts.MANIFEST, List.of(header), manifest.toBytes(), progress, 0);
            next = 0;
        }
        try (FileChannel in = FileChannel.open(file)) {
            while (true) {
                var part = ByteBuffer.allocate(manifest.bytes(next));
                long at = next * partBytes;
                while (part.hasRemaining()) {
                    if (in.read(part, at + part.position()) < 0) throw new IOException(file + " has become shorter");
                }
                boolean last = next == manifest.parts() - 1;
                Receipt receipt = part(
                        peer,
                        ObjectParts.PART,
                        List.of(header, ObjectParts.number(next)),
                        part.array(),
                        progress,
                        next + 1);
                if (last) return ended(receipt, progress);
                next++;
            }
        }
    }

    /** Of an object whose parts an earlier process handed over: what the peer has stored is all that can be known. */
    private Receipt ending(String peer, NodeStore.Key progress) {
        CompletableFuture<Void> over = loop.drain(peer).thenCompose(nothing -> forget(progress));
        return new Receipt(0, over, over.copy(), over.copy());
    }

    /** Forgets how far the object was before anybody hears that it is done; then the same object may be sent again. */
    private Receipt ended(Receipt part, NodeStore.Key progress) {
        boolean answers = !part.done().isCompletedExceptionally();
        if (!answers) {
            var posted = part.posted().thenCompose(ok -> forget(progress));
            return new Receipt(part.number(), posted, part.stored(), part.done());
        }
        CompletableFuture<Void> done = part.done().handle((ok, why) -> why).thenCompose(why -> switch (why) {
            case null -> forget(progress);
            case MeshException.Lost lost -> forget(progress).thenCompose(gone -> CompletableFuture.failedFuture(lost));
            default -> CompletableFuture.failedFuture(why);
        });
        return new Receipt(part.number(), part.posted(), part.stored(), done);
    }

    private CompletableFuture<Void> forget(NodeStore.Key key) {
        return loop.change((core, now) -> core.write(new NodeStore.Write(key, null)));
    }

    /** Sends a part and writes down which one is next, together. */
    private Receipt part(
            String peer, String subject, List<MessageHeader> headers, byte[] body, NodeStore.Key progress, long next)
            throws InterruptedException {
        byte[] row = Rows.write(1, out -> out.writeLong(next));
        var taken = new CompletableFuture<Receipt>();
        var along = new NodeStore.Write(progress, row);
        loop.send(new NodeSends.Given(peer, ObjectParts.STREAM, subject, headers, body, along, taken));
        return Node.await(taken);
    }
}
