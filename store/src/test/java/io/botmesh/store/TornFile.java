package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A SQLite file and its log, which a loss of power, or worse, leaves in part.
 *
 * @param <T> what is read out of it
 */
final class TornFile<T> {
    static final int PAGE = 4096;

    /** Of the log: its own header, and that of each page in it. */
    static final int LOG_HEADER = 32;

    static final int FRAME = 24 + PAGE;

    private final Path folder;
    private final Path path;
    private final Class<? extends RuntimeException> refusal;
    private final Function<Path, T> reading;

    /** What was there, by the length that the log had when that was promised. */
    final TreeMap<Integer, T> promised = new TreeMap<>();

    byte[] file = {};
    byte[] log = {};
    /** The file once the log is folded in. */
    byte[] folded = {};

    /**
     * One that is not written yet.
     *
     * @param refusal how a file is refused that cannot be read
     * @param reading opens a file and reads all of it
     */
    TornFile(Path folder, Class<? extends RuntimeException> refusal, Function<Path, T> reading) {
        this.folder = folder;
        this.refusal = refusal;
        this.reading = reading;
        path = folder.resolve("whole.db");
    }

    Path path() {
        return path;
    }

    /** The file is there, without anything in it. */
    void begun(T nothing) throws IOException {
        file = Files.readAllBytes(path);
        promised.put(0, nothing);
    }

    /** From now on that is promised. */
    void promise(T content) throws IOException {
        promised.put(log(path).length, content);
    }

    /** All is written, and the file still open. */
    void written() throws IOException {
        log = log(path);
        assertThat(Files.readAllBytes(path)).isEqualTo(file); // all of it is in the log
    }

    /** The file is closed. */
    void closed() throws IOException {
        folded = Files.readAllBytes(path);
    }

    private static byte[] log(Path file) throws IOException {
        return Files.readAllBytes(beside(file));
    }

    private static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    /** What is found, or nothing if the file is refused in one line. */
    Optional<T> found(String name, byte[] file, byte[] log) throws IOException {
        var torn = folder.resolve(name + ".db");
        Files.write(torn, file);
        Files.write(beside(torn), log);
        try {
            return Optional.of(reading.apply(torn));
        } catch (RuntimeException told) {
            assertThat(told).isInstanceOf(refusal);
            assertThat(told.getMessage()).contains(torn.toString()).doesNotContain("\n");
            return Optional.empty();
        } finally {
            Files.deleteIfExists(torn);
            Files.deleteIfExists(beside(torn));
        }
    }

    /** The last thing that was promised. */
    T last() {
        return promised.lastEntry().getValue();
    }

    /** With this as its log, all that was promised until that length is there. */
    void assertTailLost(int length, byte[] left) throws IOException {
        assertThat(found("cut" + length, file, left))
                .as("%d bytes of the log", length)
                .contains(promised.floorEntry(length).getValue());
    }

    /** The same with the log cut there. */
    void assertCut(int length) throws IOException {
        assertTailLost(length, Arrays.copyOf(log, length));
    }
}
