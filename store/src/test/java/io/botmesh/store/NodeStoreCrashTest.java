package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeStore.Entry;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that commits without pause is killed where it just stands; the next one finds whole commits, and all that were told of. */
class NodeStoreCrashTest {
    /** Each commit writes its number in so many places, and one value of its own, and deletes that of an earlier one. */
    private static final int PLACES = 20;

    private static final int KEPT = 5;

    @TempDir
    private Path folder;

    @Test
    @Timeout(300)
    void inAFile() throws Exception {
        kill(5, folder.resolve("node.db").toString());
    }

    @Test
    @Timeout(300)
    void inPostgres() throws Exception {
        kill(3, EmbeddedPostgresServer.newDatabase());
    }

    private void kill(int kills, String place) throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("NodeStoreCrashTest seed " + seed);
        var random = new Random(seed);
        long told = 0;
        for (int kill = 0; kill < kills; kill++) {
            long before = told;
            told = live(place, 5 + random.nextInt(300));
            assertThat(told).as("seed %d", seed).isGreaterThan(before);
            long found = Child.open(place, store -> check(store, seed));
            assertThat(found).as("seed %d: a commit that was told of", seed).isGreaterThanOrEqualTo(told);
        }
    }

    /** The last number that was told of. */
    private static long live(String place, int lines) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        place)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long told = 0;
        try (var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int heard = 0;
            for (var line = said.readLine(); line != null; line = said.readLine()) {
                if (!line.startsWith("at ") || !line.endsWith(".")) continue; // cut by the kill, or somebody's log
                told = Long.parseLong(line.substring(3, line.length() - 1));
                if (++heard == lines) process.toHandle().destroyForcibly(); // SIGKILL
            }
            assertThat(process.waitFor()).isEqualTo(128 + 9);
        } finally {
            process.destroyForcibly();
        }
        return told;
    }

    private static long check(NodeStore store, long seed) {
        var places = store.list(Kind.OUTBOX, null, 100);
        assertThat(places).as("seed %d", seed).hasSize(PLACES);
        long number = Child.number(places.getFirst().value());
        assertThat(places).as("seed %d", seed).allMatch(entry -> Child.number(entry.value()) == number);
        assertThat(store.list(Kind.MESSAGE, null, 100))
                .as("seed %d", seed)
                .extracting(Entry::key)
                .extracting(NodeStore.Key::a)
                .containsExactlyElementsOf(
                        java.util.stream.LongStream.rangeClosed(Math.max(1, number - KEPT + 1), number)
                                .boxed()
                                .toList());
        return number;
    }

    /** The process that is killed. */
    static final class Child {
        interface Use {
            long of(NodeStore store) throws Exception;
        }

        static long open(String place, Use use) throws Exception {
            if (!place.startsWith("jdbc:")) {
                try (var store = JdbcNodeStore.open(Path.of(place), "node")) {
                    return use.of(store);
                }
            }
            try (var database = EmbeddedPostgresServer.open(place);
                    var store = JdbcNodeStore.open(database, "node")) {
                return use.of(store);
            }
        }

        static long number(byte[] value) {
            return ByteBuffer.wrap(value).getLong();
        }

        private static byte[] value(long number, int bytes) {
            return ByteBuffer.allocate(bytes).putLong(number).array();
        }

        public static void main(String[] args) throws Exception {
            var out = new FileOutputStream(FileDescriptor.out); // unbuffered
            var unused = open(args[0], store -> {
                long number = store.read(new NodeStore.Key(Kind.OUTBOX, 0))
                        .map(Child::number)
                        .orElse(0L);
                while (true) {
                    number++;
                    var writes = new ArrayList<Write>();
                    for (int i = 0; i < PLACES; i++)
                        writes.add(new Write(
                                new NodeStore.Key(Kind.OUTBOX, i), value(number, 8 + (int) (number * 31 % 500))));
                    writes.add(new Write(
                            new NodeStore.Key(Kind.MESSAGE, number), value(number, 8 + (int) (number * 7919 % 9_000))));
                    writes.add(new Write(new NodeStore.Key(Kind.MESSAGE, number - KEPT), null));
                    store.commit(List.copyOf(writes));
                    out.write(("at " + number + ".\n").getBytes(StandardCharsets.UTF_8));
                }
            });
        }
    }
}
