package io.botmesh.mesh;

import io.botmesh.mesh.ObjectParts.Manifest;
import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts objects together in a folder, part by part: what has come stays there over a restart. A part is on the disk before its message
 * is done, so none is sent twice and at most one is written twice.
 */
final class ObjectFolder {
    private final Path folder;
    private final long mostBytes;
    private final ReceivedObject.Handler handler;
    private final Consumer<NodeEvent> tell;

    ObjectFolder(Path folder, long mostBytes, ReceivedObject.Handler handler, Consumer<NodeEvent> tell) {
        this.folder = folder;
        this.mostBytes = mostBytes;
        this.handler = handler;
        this.tell = tell;
    }

    /** Takes a manifest or part; the next one of the peer comes when this has returned. */
    void onMessage(Delivery delivery) throws Exception {
        String peer = delivery.peer();
        byte[] id = header(delivery, ObjectParts.ID);
        if (id == null || id.length != ObjectParts.ID_BYTES) {
            refuse(peer, "OBJECT_MALFORMED");
            return;
        }
        String stem = ObjectParts.stem(peer, id);
        Path manifest = folder.resolve(stem + ".manifest");
        Path parts = folder.resolve(stem + ".part");
        try {
            if (delivery.subject().equals(ObjectParts.MANIFEST)) begin(peer, delivery.body(), manifest, parts);
            else part(delivery, manifest, parts);
        } catch (IllegalArgumentException malformed) {
            refuse(peer, "OBJECT_MALFORMED");
        }
    }

    private void begin(String peer, byte[] body, Path manifest, Path parts) throws IOException {
        if (Manifest.parse(body).size() > mostBytes) {
            refuse(peer, "OBJECT_SIZE");
            return;
        }
        Files.createDirectories(folder);
        Files.deleteIfExists(parts);
        Path draft = folder.resolve(manifest.getFileName() + ".draft");
        try (var out = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(out, body, 0);
        }
        Files.move(draft, manifest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void part(Delivery delivery, Path manifest, Path parts) throws Exception {
        byte[] number = header(delivery, ObjectParts.NUMBER);
        if (number == null || number.length != Long.BYTES) throw new IllegalArgumentException("no number");
        if (!Files.exists(manifest)) return; // refused before, or handled
        Manifest what = Manifest.parse(Files.readAllBytes(manifest));
        long n = ByteBuffer.wrap(number).getLong();
        byte[] body = delivery.body();
        if (n < 0 || n >= what.parts() || body.length != what.bytes(n)) throw new IllegalArgumentException("no part");
        try (var out = FileChannel.open(parts, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            write(out, body, n * what.partBytes());
        }
        tell.accept(
                new NodeEvent.Arriving(delivery.peer(), what.name(), n * what.partBytes() + body.length, what.size()));
        if (n < what.parts() - 1) return;
        if (!Arrays.equals(ObjectParts.digest(parts), what.digest())) {
            refuse(delivery.peer(), "OBJECT_DIGEST");
        } else {
            handler.handle(new ReceivedObject(delivery.peer(), what.name(), parts, what.size()));
        }
        Files.deleteIfExists(manifest); // first: without it a repeated last part is known as handled
        Files.deleteIfExists(parts);
    }

    private static void write(FileChannel out, byte[] bytes, long at) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) at += out.write(buffer, at);
        out.force(false);
    }

    private void refuse(String peer, String why) {
        tell.accept(new NodeEvent.Refused(peer, why));
    }

    private static byte @Nullable [] header(Delivery delivery, String name) {
        return delivery.headers().stream()
                .filter(header -> header.name().equals(name))
                .findFirst()
                .map(MessageHeader::value)
                .orElse(null);
    }
}
