package io.botmesh.mesh;

import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends files in parts; which part is next is written together with the part before, so that a later process goes on there. An object is
 * over when the reader has said what became of it, which is written down before that message counts as handled.
 */
final class ObjectSender {
    private static final int PART_BYTES = 512 << 10;
    private static final long OBJECTS = 30; // which pattern
    private static final int MOST_WORDS = 200;

    /** So long after all parts were handled, or a question was, nothing need be heard of the whole; doubles with each question. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LONGEST_PATIENCE = Duration.ofHours(1);

    /** Where an object's state stands in the store. */
    private record Place(long stem) {
        static Place of(String peer, byte[] id) {
            return new Place(Long.parseUnsignedLong(ObjectParts.stem(peer, id).substring(0, 16), 16));
        }

        /** How many parts were handed over. */
        NodeStore.Key progress() {
            return new NodeStore.Key(NodeStore.Kind.PATTERN, OBJECTS, stem);
        }

        /** What the reader says: empty, or why it refuses. */
        NodeStore.Key verdict() {
            return new NodeStore.Key(NodeStore.Kind.PATTERN, OBJECTS, stem, 1);
        }
    }

    private final NodeSetup setup;
    private final NodeWork work;
    private final RandomGenerator random;
    private final Map<Place, CompletableFuture<Void>> verdicts = new ConcurrentHashMap<>();
    private final Set<Long> questions = ConcurrentHashMap.newKeySet(); // that were not answered

    ObjectSender(NodeSetup setup, NodeWork work, RandomGenerator random) {
        this.setup = setup;
        this.work = work;
        this.random = random;
    }

    /** Sends the parts of a file that were not sent before; the receipt is the last one's. */
    Receipt put(String peer, String name, Path file) throws IOException, InterruptedException {
        int partBytes = Math.min(PART_BYTES, setup.options().outbox().messageBytes());
        var manifest = new ObjectParts.Manifest(Files.size(file), partBytes, ObjectParts.digest(file), name);
        byte[] id = manifest.id();
        var place = Place.of(peer, id);
        boolean answers = setup.peers().byName(peer).map(Peer::answers).orElse(false);
        // Before the store is looked at: what comes from now on is not missed.
        var verdict = verdicts.computeIfAbsent(place, any -> new CompletableFuture<>());
        setup.store().read(place.verdict()).ifPresent(row -> settle(verdict, peer, words(row)));
        long next = setup.store()
                .read(place.progress())
                .map(row -> Rows.read("an object", 1, row, in -> in.readLong()))
                .orElse(-1L);
        if (next == manifest.parts() || verdict.isDone()) return earlier(peer, id, answers, verdict);
        var header = new MessageHeader(ObjectParts.ID, id);
        Receipt last = null;
        if (next < 0) {
            last = part(peer, ObjectParts.MANIFEST, List.of(header), manifest.toBytes(), place, 0);
            next = 0;
        }
        try (FileChannel in = FileChannel.open(file)) {
            while (next < manifest.parts() && !verdict.isDone()) {
                var part = ByteBuffer.allocate(manifest.bytes(next));
                long at = next * partBytes;
                while (part.hasRemaining()) {
                    if (in.read(part, at + part.position()) < 0) throw new IOException(file + " has become shorter");
                }
                var headers = List.of(header, ObjectParts.number(next));
                last = part(peer, ObjectParts.PART, headers, part.array(), place, ++next);
            }
        }
        return last == null ? earlier(peer, id, answers, verdict) : handedOver(last, peer, id, answers, verdict);
    }

    /** Of an object whose parts an earlier process handed over: their receipts went with it. */
    private Receipt earlier(String peer, byte[] id, boolean answers, CompletableFuture<Void> verdict) {
        var place = Place.of(peer, id);
        CompletableFuture<Void> drained = verdict.isDone() ? verdict : work.drain(peer);
        if (!answers) {
            CompletableFuture<Void> over = drained.thenCompose(nothing -> forget(place));
            return new Receipt(
                    0, over, Receipt.oneWay(0).stored(), Receipt.oneWay(0).done());
        }
        var done = new CompletableFuture<Void>();
        var unused = verdict.whenComplete((taken, why) -> end(place, done, why));
        ask(peer, id, verdict, PATIENCE); // who knew the answer may have lost it
        return new Receipt(0, drained.copy(), drained.copy(), done);
    }

    private Receipt handedOver(Receipt part, String peer, byte[] id, boolean answers, CompletableFuture<Void> verdict) {
        var place = Place.of(peer, id);
        if (!answers) {
            var posted = part.posted().thenCompose(ok -> forget(place));
            return new Receipt(part.number(), posted, part.stored(), part.done());
        }
        var done = new CompletableFuture<Void>();
        var unused = part.done().whenComplete((handled, why) -> {
            if (why != null) end(place, done, why);
            else askLater(peer, id, verdict, PATIENCE); // that it was handled says nothing of the whole
        });
        unused = verdict.whenComplete((taken, why) -> end(place, done, why));
        return new Receipt(part.number(), part.posted(), part.stored(), done);
    }

    /**
     * Asks what became of an object until that is known: what a reader says goes with its outbox, which it may lose. The question follows the
     * parts on their stream.
     */
    private void ask(String peer, byte[] id, CompletableFuture<Void> verdict, Duration patience) {
        if (verdict.isDone()) return;
        long question = random.nextLong();
        questions.add(question);
        var about = List.of(new MessageHeader(ObjectParts.ID, id), ObjectParts.number(question));
        var unused = work.send(peer, ObjectParts.STREAM, ObjectParts.ASK, about, new byte[0], null)
                .thenCompose(Receipt::done)
                .whenComplete((handled, why) -> {
                    if (isLost(why)) ask(peer, id, verdict, patience); // with all that was known there
                    else askLater(peer, id, verdict, patience);
                });
    }

    private static boolean isLost(@Nullable Throwable why) {
        return why instanceof MeshException.Lost || (why != null && why.getCause() instanceof MeshException.Lost);
    }

    private void askLater(String peer, byte[] id, CompletableFuture<Void> verdict, Duration patience) {
        Duration next = patience.multipliedBy(2);
        CompletableFuture<Void> time = work.after(patience);
        var unused = time.thenRun(
                () -> ask(peer, id, verdict, next.compareTo(LONGEST_PATIENCE) < 0 ? next : LONGEST_PATIENCE));
        unused = verdict.whenComplete((taken, why) -> time.cancel(false));
    }

    /** Forgets the object before anybody hears what became of it; then the same one may be sent again. */
    private void end(Place place, CompletableFuture<Void> done, @Nullable Throwable why) {
        boolean over = why == null || why instanceof MeshException.ObjectRefused || why instanceof MeshException.Lost;
        if (!over) {
            done.completeExceptionally(why);
            return;
        }
        var unused = forget(place).whenComplete((gone, failure) -> {
            if (why != null) done.completeExceptionally(why);
            else if (failure != null) done.completeExceptionally(failure);
            else done.complete(null);
        });
    }

    private CompletableFuture<Void> forget(Place place) {
        verdicts.remove(place);
        return work.change((core, now) -> {
            core.write(new NodeStore.Write(place.progress(), null));
            core.write(new NodeStore.Write(place.verdict(), null));
        });
    }

    /** What the reader says of an object; of one that nobody remembers it changes nothing. */
    void onVerdict(Delivery delivery) throws InterruptedException {
        byte[] id = ObjectParts.header(delivery, ObjectParts.VERDICT);
        if (id == null || id.length != ObjectParts.ID_BYTES) return;
        byte[] failed = ObjectParts.header(delivery, Requests.FAILED);
        byte[] number = ObjectParts.header(delivery, ObjectParts.NUMBER);
        boolean answers = number == null
                || (number.length == Long.BYTES
                        && questions.remove(ByteBuffer.wrap(number).getLong()));
        if (failed != null && !answers) return; // of the same object when it was sent before
        String words = failed == null ? "" : printable(new String(failed, StandardCharsets.UTF_8));
        var place = Place.of(delivery.peer(), id);
        if (!verdicts.containsKey(place) && setup.store().read(place.progress()).isEmpty()) return;
        byte[] row = Rows.write(1, out -> out.writeUTF(words));
        work.await(work.change((core, now) -> core.write(new NodeStore.Write(place.verdict(), row))));
        CompletableFuture<Void> waiting = verdicts.get(place);
        if (waiting != null) settle(waiting, delivery.peer(), words);
    }

    private static String words(byte[] row) {
        return Rows.read("an object", 1, row, in -> in.readUTF());
    }

    private static void settle(CompletableFuture<Void> verdict, String peer, String words) {
        if (words.isEmpty()) verdict.complete(null);
        else
            verdict.completeExceptionally(
                    new MeshException.ObjectRefused(peer + " does not take the object: " + words));
    }

    /** One line, whatever the peer wrote. */
    private static String printable(String words) {
        String brief = words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) : words;
        String line = brief.replaceAll("\\p{Cntrl}", "?");
        return line.isBlank() ? "it does not say why" : line;
    }

    /** The node has ended: what is not known yet will not be. */
    void failAll(MeshException why) {
        verdicts.values().forEach(verdict -> verdict.completeExceptionally(why));
    }

    /** Sends a part and writes down which one is next, together. */
    private Receipt part(String peer, String subject, List<MessageHeader> headers, byte[] body, Place place, long next)
            throws InterruptedException {
        byte[] row = Rows.write(1, out -> out.writeLong(next));
        var along = new NodeStore.Write(place.progress(), row);
        return work.await(work.send(peer, ObjectParts.STREAM, subject, headers, body, along));
    }
}
