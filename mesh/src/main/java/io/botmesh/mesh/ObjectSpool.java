package io.botmesh.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Objects that were given as streams, in a folder until it is known what became of them. Size and digest go before the first part, and a
 * stream cannot be read again after a crash, so nothing of one is sent before all of it is here.
 */
final class ObjectSpool {
    private static final String BYTES = ".object";
    private static final String ABOUT = ".about";
    private static final String DRAFT = ".draft";

    private final Path folder;
    private final long mostBytes;
    private final RandomGenerator random;
    private final AtomicLong held = new AtomicLong();

    /** An object for a peer; its file stays as it is. */
    record Entry(String peer, String name, Path file) {}

    /** @param mostBytes of all objects together */
    ObjectSpool(Path folder, long mostBytes, RandomGenerator random) {
        this.folder = folder;
        this.mostBytes = mostBytes;
        this.random = random;
    }

    /** What an earlier process was given whole. What it was given in part nobody was promised. */
    List<Entry> left() throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        var left = new ArrayList<Entry>();
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.sorted().toList();
        }
        for (Path file : all) {
            String name = file.getFileName().toString();
            if (name.endsWith(DRAFT)) Files.deleteIfExists(file);
            if (name.endsWith(ABOUT) && !Files.exists(with(file, ABOUT, BYTES))) Files.deleteIfExists(file);
            if (!name.endsWith(BYTES)) continue;
            held.addAndGet(Files.size(file));
            byte[] about = Files.readAllBytes(with(file, BYTES, ABOUT));
            left.add(Rows.read("an object", 1, about, in -> new Entry(in.readUTF(), in.readUTF(), file)));
        }
        return left;
    }

    /**
     * Takes a stream to its end; it is on the disk when this returns.
     *
     * @throws MeshException.Full if there is no room for it; nothing of it is kept then
     */
    Entry keep(String peer, String name, InputStream in) throws IOException {
        Files.createDirectories(folder);
        String stem = HexFormat.of().toHexDigits(random.nextLong());
        Path file = folder.resolve(stem + BYTES);
        Path draft = folder.resolve(stem + DRAFT);
        long taken = 0;
        try {
            try (var out = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                var buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (held.addAndGet(n) > mostBytes) {
                        taken += n;
                        throw new MeshException.Full("objects that wait for their peers hold " + mostBytes
                                + " bytes in " + folder + ", and " + name + " is longer than what is left");
                    }
                    taken += n;
                    write(out, ByteBuffer.wrap(buffer, 0, n));
                }
                out.force(true);
            }
            try (var out = FileChannel.open(
                    with(file, BYTES, ABOUT), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                write(out, ByteBuffer.wrap(Rows.write(1, row -> {
                    row.writeUTF(peer);
                    row.writeUTF(name);
                })));
                out.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException failed) {
            held.addAndGet(-taken);
            Files.deleteIfExists(draft);
            Files.deleteIfExists(with(file, BYTES, ABOUT));
            throw failed;
        }
        return new Entry(peer, name, file);
    }

    /** It is known what became of it. */
    void drop(Entry entry) throws IOException {
        long size = Files.size(entry.file);
        Files.delete(entry.file); // first: without it the other one means nothing
        Files.deleteIfExists(with(entry.file, BYTES, ABOUT));
        held.addAndGet(-size);
    }

    private static Path with(Path file, String ending, String other) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - ending.length()) + other);
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) out.write(bytes);
    }
}
