package io.botmesh.mesh;

import io.botmesh.mesh.ObjectParts.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Puts objects together in a folder, part by part: what has come stays there over a restart. A part is on the disk before its message
 * is done, so none is sent twice and at most one is written twice. What became of the whole is said before its last message is done.
 */
final class ObjectFolder {
    /** What nothing has come of for so long is given up; should more come after all, it is refused and can be sent again. */
    static final Duration GIVEN_UP = Duration.ofDays(30);

    /** The files of one object. */
    private record Place(Path manifest, Path parts, Path taken) {}

    private final Path folder;
    private final long mostBytes;
    private final ReceivedObject.Handler handler;
    private final ObjectRefusals refusals;
    private final Consumer<NodeEvent> tell;
    private final InstantSource clock;

    ObjectFolder(
            Path folder,
            long mostBytes,
            ReceivedObject.Handler handler,
            ObjectRefusals refusals,
            Consumer<NodeEvent> tell,
            InstantSource clock) {
        this.folder = folder;
        this.mostBytes = mostBytes;
        this.handler = handler;
        this.refusals = refusals;
        this.tell = tell;
        this.clock = clock;
    }

    /** Takes a manifest, part or question; the next one of the peer comes when this has returned. */
    void onMessage(Delivery delivery) throws Exception {
        byte[] id = ObjectParts.header(delivery, ObjectParts.ID);
        try {
            if (id == null || id.length != ObjectParts.ID_BYTES) throw new IllegalArgumentException("no id");
            String stem = ObjectParts.stem(delivery, id);
            var files = new Place(
                    folder.resolve(stem + ".manifest"),
                    folder.resolve(stem + ".part"),
                    folder.resolve(stem + ".taken"));
            switch (delivery.subject()) {
                case ObjectParts.MANIFEST -> begin(delivery, stem, files);
                case ObjectParts.ASK -> answer(delivery, id, files);
                default -> part(delivery, id, files);
            }
        } catch (IllegalArgumentException malformed) {
            refusals.refuse(delivery, "OBJECT_MALFORMED", "what came of it is no object");
        }
    }

    private void begin(Delivery delivery, String stem, Place files) throws IOException, InterruptedException {
        byte[] body = delivery.body();
        var what = Manifest.parse(body);
        refusals.forget(stem);
        if (what.size() > mostBytes) {
            refusals.refuse(
                    delivery, "OBJECT_SIZE", "it has " + what.size() + " bytes, at most " + mostBytes + " are taken");
            return;
        }
        if (!Arrays.equals(ObjectParts.header(delivery, ObjectParts.ID), what.id()))
            throw new IllegalArgumentException("not its id");
        Files.createDirectories(folder);
        sweep();
        Files.deleteIfExists(files.parts);
        Files.deleteIfExists(files.taken);
        Path draft = folder.resolve(files.manifest.getFileName() + ".draft");
        try (var out = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(out, body, 0);
        }
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

    private void part(Delivery delivery, byte[] id, Place files) throws Exception {
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
        try (var out = FileChannel.open(files.parts, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            write(out, body, n * what.partBytes());
        }
        tell.accept(
                new NodeEvent.Arriving(delivery.peer(), what.name(), n * what.partBytes() + body.length, what.size()));
        if (n < what.parts() - 1) return;
        if (!Arrays.equals(ObjectParts.digest(files.parts), what.digest())) {
            refusals.refuse(delivery, "OBJECT_DIGEST", "its bytes do not fit its digest");
            Files.deleteIfExists(files.manifest);
            Files.deleteIfExists(files.parts);
            return;
        }
        handler.handle(new ReceivedObject(delivery.peer(), what.name(), files.parts, what.size()));
        Files.move(files.manifest, files.taken, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(files.parts);
        refusals.taken(delivery.peer(), id);
        Files.deleteIfExists(files.taken);
    }

    /** Deletes what was given up. */
    private void sweep() throws IOException {
        Instant before = clock.instant().minus(GIVEN_UP);
        List<Path> old;
        try (Stream<Path> all = Files.list(folder)) {
            old = all.filter(file -> isOlder(file, before)).toList();
        }
        for (Path file : old) {
            String stem = file.getFileName().toString().replaceFirst("\\..*", "");
            // A manifest is as old as its object; what has come of it lately says that it is alive.
            if (isOlder(folder.resolve(stem + ".part"), before)) Files.deleteIfExists(file);
        }
    }

    /** Whether it was written before; so was what is not there. */
    private static boolean isOlder(Path file, Instant before) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(before);
        } catch (IOException gone) {
            return true;
        }
    }

    private static void write(FileChannel out, byte[] bytes, long at) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) at += out.write(buffer, at);
        out.force(false);
    }
}
