package io.botmesh.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.VirtualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A life by all methods and acts is the same wherever it is lived, and however often its emulator is started again. */
@Timeout(300)
class LifeTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private Emulator start(String file) {
        return Emulator.start(
                EmulatorOptions.defaults().withClock(new VirtualClock(START)).withState(folder.resolve(file)));
    }

    @Test
    void aLifeIsTheSameWithRestartsAndWithout() throws IOException {
        var succeeded = new TreeSet<String>();
        for (int round = 0; round < Integer.getInteger("botmesh.lives", 2); round++) {
            long seed = Long.getLong("seed", 1) + round;
            System.out.println("LifeTest seed " + seed);
            RandomLife whole;
            try (var emulator = start("whole" + round)) {
                whole = new RandomLife(seed, emulator);
                whole.settle();
                whole.live(900);
            }
            var emulator = start("parts" + round);
            try {
                var parts = new RandomLife(seed, emulator);
                parts.settle();
                for (int part = 0; part < 3; part++) {
                    parts.live(300);
                    var before = parts.seen();
                    emulator.close();
                    emulator = start("parts" + round);
                    parts.moveTo(emulator);
                    assertThat(parts.seen()).as("seed " + seed).isEqualTo(before);
                }
                for (int i = 0; i < parts.answers().size(); i++) {
                    var before = whole.answers().get(i);
                    assertThat(parts.answers().get(i))
                            .as(i + " with seed " + seed)
                            .isEqualTo(before);
                }
                assertThat(parts.answers()).hasSameSizeAs(whole.answers());
            } finally {
                emulator.close();
            }
            System.out.println(whole.succeeded().size() + " succeeded: " + whole.succeeded());
            succeeded.addAll(whole.succeeded());
        }
        // One life alone can come to less; lives in which all calls fail would show little.
        assertThat(succeeded).hasSizeGreaterThan(60);
    }

    /** A Java process whose hash codes, language, character set and time zone are its own. */
    private static Process process(long seed, String... options) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+UnlockExperimentalVMOptions"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(RandomLife.class.getName(), Long.toString(seed), "900"));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void aLifeIsTheSameInAnotherProcess() throws IOException, InterruptedException {
        long seed = Long.getLong("seed", 1);
        System.out.println("LifeTest seed " + seed);
        var plain = process(seed, "-Duser.language=en", "-Duser.timezone=UTC");
        var turkish = process(
                seed,
                "-XX:hashCode=2",
                "-Duser.language=tr",
                "-Duser.country=TR",
                "-Duser.timezone=Pacific/Auckland",
                "-Dfile.encoding=ISO-8859-9");
        var one =
                new String(plain.getInputStream().readAllBytes(), UTF_8).lines().toList();
        var other = new String(turkish.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(plain.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(turkish.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(plain.exitValue()).isZero();
        assertThat(turkish.exitValue()).isZero();
        assertThat(one).hasSizeGreaterThan(600);
        assertThat(other).as("seed " + seed).isEqualTo(one);
    }
}
