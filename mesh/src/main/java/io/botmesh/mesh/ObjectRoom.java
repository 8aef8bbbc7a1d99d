package io.botmesh.mesh;

import io.botmesh.mesh.ObjectParts.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What objects that are not whole may take of a folder and its disk: so many of a peer, or of all whom nobody knows, and so many bytes of several.
 * What has been silent gives way to what comes.
 */
final class ObjectRoom {
    /** What nothing has come of for so long is given up; should more come after all, it is refused and can be sent again. */
    static final Duration GIVEN_UP = Duration.ofDays(30);

    /** What nothing has come of for so long gives way. */
    static final Duration SILENT = Duration.ofHours(1);

    /** Most of a peer, or of all whom nobody knows. */
    static final int MOST = 64;

    /** Most bytes that several of a peer have when they are whole; one alone may have more. */
    static final long MOST_BYTES = 16L << 30;

    /** Of the disk's room so much stays free, or a sixteenth of what is left. */
    private static final long SPARED = 256 << 20;

    /** What a file system needs beside a file's bytes. */
    private static final long MARGIN = 64 << 10;

    /** Tells how much may be written. */
    interface Disk {
        /** How many bytes this program may write there; negative if nobody knows. */
        long usable(Path folder) throws IOException;

        /** Whether there is no room for so many bytes just now; false if nobody knows. */
        default boolean isFull(Path folder, long bytes) {
            try {
                return Files.getFileStore(folder).getUsableSpace() < bytes + MARGIN;
            } catch (IOException unknown) {
                return false;
            }
        }
    }

    /** @param whole whether it waits for its handler */
    private record Unfinished(String stem, long size, Instant last, boolean whole) {}

    private final Path folder;
    private final Disk disk;
    private final InstantSource clock;

    ObjectRoom(Path folder, Disk disk, InstantSource clock) {
        this.folder = folder;
        this.disk = disk;
        this.clock = clock;
    }

    /** What is smaller is taken however full the disk is: a node waits until there is room, as with messages. */
    private static final long SMALL = 64 << 20;

    /** The disk that a folder is on. */
    static long usable(Path folder) throws IOException {
        FileStore store = Files.getFileStore(folder);
        return Math.max(store.getUsableSpace(), SMALL);
    }

    /** With what the names of all files of a sender's objects begin; of all whom nobody knows it is the same. */
    static String group(Delivery delivery) {
        byte[] name = (delivery.known() ? "peer " + delivery.peer() : "").getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Arrays.copyOf(ObjectParts.sha256().digest(name), 8)) + "-";
    }

    /** Whether the disk has room for so many bytes. */
    boolean has(long bytes) throws IOException {
        long usable = disk.usable(folder);
        return usable < 0 || bytes <= usable - Math.min(SPARED, usable / 16);
    }

    /** Whether so many bytes could not be written because the disk is full. */
    boolean isFull(long bytes) {
        return disk.isFull(folder, bytes);
    }

    /**
     * Makes room for one more.
     *
     * @param group of its sender
     * @param stem  its own
     * @param busy  those that are not to be touched
     * @return why there is none, null if there is
     */
    @Nullable
    String make(String group, String stem, long size, Set<String> busy) throws IOException {
        if (!has(size)) return "the disk there has no room for its " + size + " bytes";
        List<Unfinished> others = unfinished(group);
        others.removeIf(one -> one.stem.equals(stem));
        long bytes = others.stream().mapToLong(Unfinished::size).sum();
        Instant before = clock.instant().minus(SILENT);
        for (Unfinished one : List.copyOf(others)) {
            if (fits(others.size(), bytes, size)) return null;
            if (!one.last.isBefore(before)) break;
            if (one.whole || busy.contains(one.stem)) continue;
            delete(one.stem);
            others.remove(one);
            bytes -= one.size;
        }
        return fits(others.size(), bytes, size)
                ? null
                : "too much else is on its way there; send it again when that has come";
    }

    private static boolean fits(int others, long bytes, long size) {
        return others == 0 || (others < MOST && bytes <= MOST_BYTES - size);
    }

    /** Those of a sender, first who is silent for longest. */
    private List<Unfinished> unfinished(String group) throws IOException {
        List<Path> manifests;
        try (Stream<Path> all = Files.list(folder)) {
            manifests = all.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith(group) && name.endsWith(".manifest");
                    })
                    .toList();
        }
        var found = new ArrayList<Unfinished>();
        for (Path manifest : manifests) {
            try {
                found.add(unfinished(manifest));
            } catch (NoSuchFileException ended) {
                // in the meantime
            }
        }
        found.sort(Comparator.comparing(Unfinished::last));
        return found;
    }

    private Unfinished unfinished(Path manifest) throws IOException {
        String stem = manifest.getFileName().toString().replaceFirst("\\..*", "");
        Path parts = folder.resolve(stem + ".part");
        boolean begun = Files.exists(parts);
        long size = Manifest.parse(Files.readAllBytes(manifest)).size();
        Instant last = Files.getLastModifiedTime(begun ? parts : manifest).toInstant();
        return new Unfinished(stem, size, last, begun && Files.size(parts) == size);
    }

    private void delete(String stem) throws IOException {
        Files.deleteIfExists(folder.resolve(stem + ".manifest"));
        Files.deleteIfExists(folder.resolve(stem + ".part"));
    }

    /** Deletes what was given up. */
    void sweep() throws IOException {
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
}
