package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeStore.Entry;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's file and its log, cut at each page or damaged anywhere: what was committed until there is there as a whole, or nothing is. */
class NodeStoreTornTest {
    private static final int PAGE = 4096;
    private static final int LOG_HEADER = 32;
    private static final int FRAME = 24 + PAGE;
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final int COMMITS = 7;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    /** What was there, by the length that the log had when its commit returned. */
    private final TreeMap<Integer, Map<NodeStore.Key, String>> promised = new TreeMap<>();

    private byte[] file = {};
    private byte[] log = {};
    private byte[] folded = {};

    @BeforeEach
    void write() throws Exception {
        System.out.println("NodeStoreTornTest seed " + seed);
        var path = folder.resolve("node.db");
        JdbcNodeStore.open(path, "node").close();
        file = Files.readAllBytes(path);
        var now = new TreeMap<NodeStore.Key, String>();
        promised.put(0, Map.of());
        try (var store = JdbcNodeStore.open(path, "node")) {
            promised.put(log(path).length, Map.of());
            for (int commit = 0; commit < COMMITS; commit++) {
                var writes = new ArrayList<Write>();
                for (int i = random.nextInt(6); i >= 0; i--) {
                    var key = new NodeStore.Key(KINDS.get(random.nextInt(KINDS.size())), random.nextInt(4));
                    if (random.nextInt(4) == 0) {
                        now.remove(key);
                        writes.add(new Write(key, null));
                    } else {
                        var value = commit + " ".repeat(random.nextInt(9_000));
                        now.put(key, value);
                        writes.add(new Write(key, value.getBytes(StandardCharsets.UTF_8)));
                    }
                }
                store.commit(writes);
                promised.put(log(path).length, Map.copyOf(now));
            }
            log = log(path);
            assertThat(Files.readAllBytes(path)).isEqualTo(file); // all of it is in the log
        }
        folded = Files.readAllBytes(path);
    }

    private static byte[] log(Path file) throws IOException {
        return Files.readAllBytes(file.resolveSibling(file.getFileName() + "-wal"));
    }

    /** What is found, or nothing if it is refused in one line. */
    private Optional<Map<NodeStore.Key, String>> found(String name, byte[] file, byte[] log) throws IOException {
        var path = folder.resolve(name + ".db");
        var beside = folder.resolve(name + ".db-wal");
        Files.write(path, file);
        Files.write(beside, log);
        var found = new TreeMap<NodeStore.Key, String>();
        try (var store = JdbcNodeStore.open(path, "node")) {
            for (Kind kind : Kind.values())
                for (Entry entry : store.list(kind, null, 1_000))
                    found.put(entry.key(), new String(entry.value(), StandardCharsets.UTF_8));
            return Optional.of(found);
        } catch (MeshException.Unusable told) {
            assertThat(told.getMessage()).contains(path.toString()).doesNotContain("\n");
            return Optional.empty();
        } finally {
            Files.deleteIfExists(path);
            Files.deleteIfExists(beside);
        }
    }

    private void assertTailLost(int length, byte[] left) throws IOException {
        assertThat(found("cut" + length, file, left))
                .as("seed %d, %d bytes of the log", seed, length)
                .contains(promised.floorEntry(length).getValue());
    }

    @Test
    void whereverTheLogIsCutTheCommitsUntilThereAreThereAsAWhole() throws IOException {
        for (int length = LOG_HEADER; length <= log.length; length += FRAME) {
            assertTailLost(length, Arrays.copyOf(log, length));
            if (random.nextInt(4) > 0) continue;
            int odd = Math.min(log.length, length + 1 + random.nextInt(FRAME - 1));
            assertTailLost(odd, Arrays.copyOf(log, odd));
        }
        assertTailLost(0, new byte[0]);
    }

    @Test
    void aFileThatIsCutAtAPageIsRefusedInOneLineOrComplete() throws IOException {
        int refused = 0;
        var last = promised.lastEntry().getValue();
        for (int length = 0; length < folded.length; length += PAGE) {
            var withLog = found("short" + length, Arrays.copyOf(file, Math.min(length, file.length)), log);
            withLog.ifPresent(all -> assertThat(all).as("seed %d", seed).isEqualTo(last));
            var alone = found("alone" + length, Arrays.copyOf(folded, length), new byte[0]);
            if (length > 0)
                assertThat(alone).as("seed %d, %d bytes", seed, length).isEmpty();
            else assertThat(alone).contains(Map.of()); // as it is before its first write
            if (alone.isEmpty()) refused++;
        }
        assertThat(refused).isPositive();
    }

    @Test
    void bytesThatChangedInTheFileAreNoticedOrDoNotMatter() throws IOException {
        int refused = 0;
        var last = promised.lastEntry().getValue();
        for (int round = 0; round < 25; round++) {
            var damaged = folded.clone();
            int at = 2 * PAGE + random.nextInt(damaged.length - 2 * PAGE);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            var found = found("flip" + round, damaged, new byte[0]);
            if (found.isEmpty()) refused++;
            else assertThat(found.get()).as("seed %d, byte %d", seed, at).isEqualTo(last);
        }
        assertThat(refused).as("seed %d", seed).isPositive();
    }
}
