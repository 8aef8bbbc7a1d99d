package io.botmesh.store;

import static io.botmesh.store.TornFile.FRAME;
import static io.botmesh.store.TornFile.LOG_HEADER;
import static io.botmesh.store.TornFile.PAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's file and its log, cut at each page or damaged anywhere: what was committed until there is there as a whole, or nothing is. */
class NodeStoreTornTest {
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final int COMMITS = 7;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);

    @SuppressWarnings("NullAway.Init") // before each test
    private TornFile<Map<NodeStore.Key, String>> torn;

    @BeforeEach
    void write() throws Exception {
        System.out.println("NodeStoreTornTest seed " + seed);
        torn = new TornFile<>(folder, MeshException.Unusable.class, NodeStoreTornTest::all);
        JdbcNodeStore.open(torn.path(), "node").close();
        torn.begun(Map.of());
        var now = new TreeMap<NodeStore.Key, String>();
        try (var store = JdbcNodeStore.open(torn.path(), "node")) {
            torn.promise(Map.of());
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
                torn.promise(Map.copyOf(now));
            }
            torn.written();
        }
        torn.closed();
    }

    private static Map<NodeStore.Key, String> all(Path file) {
        var found = new TreeMap<NodeStore.Key, String>();
        try (var store = JdbcNodeStore.open(file, "node")) {
            for (Kind kind : Kind.values())
                store.each(kind, entry -> found.put(entry.key(), new String(entry.value(), StandardCharsets.UTF_8)));
        }
        return found;
    }

    @Test
    void whereverTheLogIsCutTheCommitsUntilThereAreThereAsAWhole() throws IOException {
        for (int length = LOG_HEADER; length <= torn.log.length; length += FRAME) {
            torn.assertCut(length);
            if (random.nextInt(4) == 0)
                torn.assertCut(Math.min(torn.log.length, length + 1 + random.nextInt(FRAME - 1)));
        }
        torn.assertCut(0);
    }

    @Test
    void aFileThatIsCutAtAPageIsRefusedInOneLineOrComplete() throws IOException {
        int refused = 0;
        for (int length = 0; length < torn.folded.length; length += PAGE) {
            var withLog = torn.found(
                    "short" + length, Arrays.copyOf(torn.file, Math.min(length, torn.file.length)), torn.log);
            withLog.ifPresent(all -> assertThat(all).as("seed %d", seed).isEqualTo(torn.last()));
            var alone = torn.found("alone" + length, Arrays.copyOf(torn.folded, length), new byte[0]);
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
        for (int round = 0; round < 25; round++) {
            var damaged = torn.folded.clone();
            int at = 2 * PAGE + random.nextInt(damaged.length - 2 * PAGE);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            var found = torn.found("flip" + round, damaged, new byte[0]);
            if (found.isEmpty()) refused++;
            else assertThat(found.get()).as("seed %d, byte %d", seed, at).isEqualTo(torn.last());
        }
        assertThat(refused).as("seed %d", seed).isPositive();
    }
}
