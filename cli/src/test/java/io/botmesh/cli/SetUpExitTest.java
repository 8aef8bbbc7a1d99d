package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bots that end the program before they run, each in a process. */
@Timeout(300)
class SetUpExitTest {
    private static final String LEAVER = """
            import io.botmesh.bot.Bot;
            import io.botmesh.bot.BotProgram;

            public class Leaver implements BotProgram {
                /*static*/

                public Leaver() {
                    /*constructor*/
                }

                public void setUp(Bot bot) throws Exception {
                    /*setUp*/
                }
            }
            """;

    @TempDir
    Path folder;

    private Process start(String where, String what) throws IOException {
        var token = Files.writeString(folder.resolve("token"), "4242:FAKE-FAKE-FAKE-FAKE-FAKE-FAKE-FAKE");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        var source = Files.writeString(folder.resolve("Leaver.java"), LEAVER.replace("/*" + where + "*/", what));
        return new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Botmesh.class.getName(),
                        "run",
                        "--token-file",
                        token.toString(),
                        source.toString()))
                .redirectError(err().toFile())
                .start();
    }

    private Path err() {
        return folder.resolve("err");
    }

    private static int exitCode(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void assertToldOnce(String line) throws IOException {
        assertThat(Files.readString(err()).lines().filter(one -> one.startsWith("botmesh:")))
                .containsExactly(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"static:5", "constructor:8", "setUp:12"})
    void aBotThatEndsTheProgramInItsSetUpIsNamedWithThePlace(String where) throws Exception {
        var part = where.split(":", -1);
        String exit = part[0].equals("static") ? "static { System.exit(7); }" : "System.exit(7);";
        assertThat(exitCode(start(part[0], exit))).isEqualTo(7);
        assertToldOnce("botmesh: System.exit was called in the set-up of the bot (Leaver.java:" + part[1] + ")");
    }

    @Test
    void soItIsIfAThreadOfTheSetUpDoesThat() throws Exception {
        assertThat(exitCode(start("setUp", "Thread.ofVirtual().start(() -> System.exit(7)).join();")))
                .isEqualTo(7);
        assertToldOnce("botmesh: System.exit was called in the set-up of the bot");
    }

    @Test
    void aSignalInTheSetUpIsNotTakenForThat() throws Exception {
        var process = start("setUp", "System.out.println(\"ready\"); Thread.currentThread().join();");
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            process.toHandle().destroy();
            assertThat(exitCode(process)).isEqualTo(128 + 15);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(err())).doesNotContain("botmesh:");
    }
}
