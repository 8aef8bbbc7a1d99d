package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of a checkout, with a JDK that says what it was started with. */
class LauncherTest {
    @TempDir
    private Path root;

    private Path script(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The JVM would take a number that is free for the first file that it opens. */
    @Test
    void aStreamThatIsClosedIsNoFileOfTheProgram() throws Exception {
        Files.copy(Path.of("..", "botmesh"), root.resolve("botmesh"));
        script("scripts/find-jdk", "echo " + root.resolve("jdk") + "\n");
        script(
                "jdk/bin/java",
                "for n in 0 1 2; do if [ -e /dev/fd/$n ]; then open=$open$n; fi; done; echo \"$open\" > "
                        + root.resolve("open") + "\n");
        script("cli/target/botmesh.jar", "");
        Files.setLastModifiedTime(
                script(".botmesh/built", ""), FileTime.from(Instant.now().plusSeconds(3600)));
        var closed =
                new ProcessBuilder("bash", "-c", "exec bash '" + root.resolve("botmesh") + "' x <&- >&- 2>&-").start();
        assertThat(closed.waitFor()).isZero();
        assertThat(root.resolve("open")).hasContent("012");
    }
}
