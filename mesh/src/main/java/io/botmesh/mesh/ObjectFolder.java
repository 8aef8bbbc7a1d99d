package io.botmesh.mesh;

import io.botmesh.mesh.ObjectParts.Manifest;
import io.botmesh.runner.Sleeper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts objects together in a folder, part by part: what has come stays there over a restart. A part is on the disk before its message
 * is done, so none is sent twice and at most one is written twice. What became of the whole is said before its last message is done.
 */
final class ObjectFolder {
    private static final Logger log = LoggerFactory.getLogger(ObjectFolder.class);

    /** Longest manifest: what is no name need not be kept. */
    private static final int MOST_MANIFEST = 1 << 16;

    /** The files of one object. */
    private record Place(Path manifest, Path parts, Path taken) {}

    private final Path folder;
    private final long mostBytes;
    private final ReceivedObject.Handler handler;
    private final ObjectRefusals refusals;
    private final Consumer<NodeEvent> tell;
    private final ObjectRoom room;
    private final Sleeper sleeper;
    private volatile boolean stopping;
    private final Set<String> ending = ConcurrentHashMap.newKeySet(); // being checked, or with the handler

    /** @param sleeper waits for a disk that is full */
    ObjectFolder(
            Path folder,
            long mostBytes,
            ReceivedObject.Handler handler,
            ObjectRefusals refusals,
            Consumer<NodeEvent> tell,
            ObjectRoom room,
            Sleeper sleeper) {
        this.folder = folder;
        this.mostBytes = mostBytes;
        this.handler = handler;
        this.refusals = refusals;
        this.tell = tell;
        this.room = room;
        this.sleeper = sleeper;
    }

    /** Nothing waits for a disk any more. */
    void stop() {
        stopping = true;
    }

    /** Takes a manifest, part or question; the next one of the peer comes when this has returned. */
    void onMessage(Delivery delivery) throws Exception {
        byte[] id = ObjectParts.header(delivery, ObjectParts.ID);
        try {
            if (id == null || id.length != ObjectParts.ID_BYTES) throw new IllegalArgumentException("no id");
            String stem = ObjectRoom.group(delivery) + ObjectParts.stem(delivery, id);
            boolean asks = delivery.subject().equals(ObjectParts.ASK);
            if (!asks && ending.contains(stem)) return; // all of it is here, and this is out of another outbox
            var files = new Place(
                    folder.resolve(stem + ".manifest"),
                    folder.resolve(stem + ".part"),
                    folder.resolve(stem + ".taken"));
            switch (delivery.subject()) {
                case ObjectParts.MANIFEST -> begin(delivery, stem, files);
                case ObjectParts.ASK -> answer(delivery, id, files);
                default -> part(delivery, stem, id, files);
            }
        } catch (IllegalArgumentException malformed) {
            refusals.refuse(delivery, "OBJECT_MALFORMED", "what came of it is no object");
        }
    }

    private void begin(Delivery delivery, String stem, Place files) throws IOException, InterruptedException {
        byte[] body = delivery.body();
        if (body.length > MOST_MANIFEST) throw new IllegalArgumentException("a manifest of " + body.length + " bytes");
        var what = Manifest.parse(body);
        refusals.forget(delivery);
        if (what.size() > mostBytes) {
            refusals.refuse(
                    delivery, "OBJECT_SIZE", "it has " + what.size() + " bytes, at most " + mostBytes + " are taken");
            return;
        }
        if (!Arrays.equals(ObjectParts.header(delivery, ObjectParts.ID), what.id()))
            throw new IllegalArgumentException("not its id");
        Files.createDirectories(folder);
        room.sweep();
        Files.deleteIfExists(files.parts);
        Files.deleteIfExists(files.taken);
        String none = room.make(ObjectRoom.group(delivery), stem, what.size(), ending);
        if (none != null) {
            Files.deleteIfExists(files.manifest);
            refusals.refuse(delivery, "OBJECT_ROOM", none);
            return;
        }
        Path draft = folder.resolve(files.manifest.getFileName() + ".draft");
        Files.deleteIfExists(draft); // of a process that died
        write(draft, body, 0);
        Files.move(draft, files.manifest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Its sender has handed over all parts and heard nothing. They came before the question, so that nothing is on its way. */
    private void answer(Delivery delivery, byte[] id, Place files) throws IOException, InterruptedException {
        if (Files.exists(files.taken)) {
            refusals.taken(delivery.peer(), id);
            Files.deleteIfExists(files.taken);
            return;
        }
        boolean begun = Files.exists(files.manifest);
        refusals.refuse(
                delivery,
                "OBJECT_UNKNOWN",
                begun
                        ? "it did not come to its end there; send it again"
                        : "nothing is known of it there any more; send it again");
    }

    private void part(Delivery delivery, String stem, byte[] id, Place files) throws Exception {
        byte[] number = ObjectParts.header(delivery, ObjectParts.NUMBER);
        if (number == null || number.length != Long.BYTES) throw new IllegalArgumentException("no number");
        if (Files.exists(files.taken)) { // handled, and nobody knows whether its sender was told
            refusals.taken(delivery.peer(), id);
            Files.deleteIfExists(files.taken);
            return;
        }
        if (!Files.exists(files.manifest)) {
            boolean repeated = delivery.again() || delivery.attempt() > 1; // then all was said the last time
            if (!repeated)
                refusals.refuse(delivery, "OBJECT_UNKNOWN", "its beginning is not there any more; send it again");
            return;
        }
        Manifest what = Manifest.parse(Files.readAllBytes(files.manifest));
        long n = ByteBuffer.wrap(number).getLong();
        byte[] body = delivery.body();
        if (n < 0 || n >= what.parts() || body.length != what.bytes(n)) throw new IllegalArgumentException("no part");
        long at = n * what.partBytes();
        boolean last = n == what.parts() - 1;
        if (at > here(files)) { // nothing is written behind a hole, so that its length says what has come
            if (last) giveUp(delivery, files, "OBJECT_PARTS", "parts of it did not come; send it again");
            return;
        }
        if (!room.has(body.length)) throw new IOException("the disk of " + folder + " is almost full");
        write(files.parts, body, at);
        tell.accept(new NodeEvent.Arriving(delivery.peer(), what.name(), at + body.length, what.size()));
        if (!last || !ending.add(stem)) return;
        try {
            end(delivery, what, id, files);
        } finally {
            ending.remove(stem);
        }
    }

    /** How many bytes have come, one after the other; what a process that died was about to write may be among them, and comes again. */
    private static long here(Place files) throws IOException {
        return Files.exists(files.parts) ? Files.size(files.parts) : 0;
    }

    /** All parts are here. */
    private void end(Delivery delivery, Manifest what, byte[] id, Place files) throws Exception {
        if (!Arrays.equals(ObjectParts.digest(files.parts), what.digest())) {
            giveUp(delivery, files, "OBJECT_DIGEST", "its bytes do not fit its digest");
            return;
        }
        handler.handle(new ReceivedObject(delivery.peer(), what.name(), files.parts, what.size(), delivery.again()));
        Files.move(files.manifest, files.taken, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(files.parts);
        refusals.taken(delivery.peer(), id);
        Files.deleteIfExists(files.taken);
    }

    private void giveUp(Delivery delivery, Place files, String reason, String words)
            throws IOException, InterruptedException {
        refusals.refuse(delivery, reason, words);
        Files.deleteIfExists(files.manifest);
        Files.deleteIfExists(files.parts);
    }

    /** Writes into a file. A disk that is full is waited for: who sent this could do nothing about it. */
    private void write(Path file, byte[] bytes, long at) throws IOException, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                writeOnce(file, bytes, at);
                if (attempt > 0) log.warn("{} takes files again", folder);
                return;
            } catch (IOException failed) {
                if (!room.isFull(bytes.length)) throw failed;
                if (attempt == 0)
                    log.error("cannot write to {}: the disk is full; what comes waits until there is room", folder);
                if (stopping) throw new MeshException.Left();
                sleeper.sleep(Duration.ofMillis(Math.min(1_000, 100L << Math.min(attempt, 10))));
            }
        }
    }

    private static void writeOnce(Path file, byte[] bytes, long at) throws IOException {
        try (var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(bytes);
            for (long place = at; buffer.hasRemaining(); ) place += out.write(buffer, place);
            out.force(false);
        }
    }
}
