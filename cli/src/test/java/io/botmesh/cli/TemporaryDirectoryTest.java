package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoryTest {
    @TempDir
    Path parent;

    @Test
    void whatAKilledProcessLeftIsSwept() throws Exception {
        Path left = leaveOneBehind("botmesh-send-");
        assertThat(left.resolve("outbox.db")).exists();
        TemporaryDirectory.sweep(parent);
        assertThat(left).doesNotExist();
    }

    @Test
    void whatIsInUseOrOfAnotherKindStays() throws Exception {
        Path foreign = leaveOneBehind("botmesh-other-");
        Path unlocked = Files.createDirectory(parent.resolve("botmesh-send-1"));
        Path link = Files.createSymbolicLink(parent.resolve("botmesh-demo-1"), foreign);
        Process alive = start("botmesh-demo-");
        try (var ours = TemporaryDirectory.create(parent, "botmesh-send-")) {
            Path theirs = Path.of(alive.inputReader().readLine());
            TemporaryDirectory.sweep(parent);
            TemporaryDirectory.sweep(parent); // the first has not given ours free
            assertThat(theirs).exists();
            assertThat(ours.path()).exists();
        } finally {
            alive.destroyForcibly().waitFor();
        }
        assertThat(foreign.resolve("outbox.db")).exists();
        assertThat(unlocked).exists();
        assertThat(link).exists();
    }

    @Test
    void closingDeletesItWithAllThatIsInIt() throws IOException {
        try (var directory = TemporaryDirectory.create(parent, "botmesh-demo-")) {
            Files.writeString(
                    Files.createDirectory(directory.path().resolve("sub")).resolve("file"), "x");
        }
        assertThat(parent).isEmptyDirectory();
    }

    private Path leaveOneBehind(String prefix) throws IOException, InterruptedException {
        Process process = start(prefix);
        Path path = Path.of(process.inputReader().readLine());
        process.destroyForcibly().waitFor();
        return path;
    }

    private Process start(String prefix) throws IOException {
        var command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("jdk.module.path", "")
                        + java.io.File.pathSeparator
                        + System.getProperty("java.class.path", "")
                        + java.io.File.pathSeparator
                        + Path.of(System.getProperty("user.dir"), "target", "test-classes"),
                Keeper.class.getName(),
                parent.toString(),
                prefix);
        return command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Makes one, says where, and holds still until it is killed. */
    static final class Keeper {
        private Keeper() {}

        @SuppressWarnings("try") // it stays open
        public static void main(String[] arguments) throws Exception {
            try (var directory = TemporaryDirectory.create(Path.of(arguments[0]), arguments[1])) {
                Files.writeString(directory.path().resolve("outbox.db"), "x");
                System.out.println(directory.path());
                System.in.read();
            }
        }
    }
}
