package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places that hold no journal: one line that says so, and nothing is made there. */
class JournalBadPlaceTest {
    private static final List<String> LS = List.of("ls");
    private static final List<List<String>> COMMANDS = List.of(
            LS,
            List.of("dead"),
            List.of("show", "1"),
            List.of("replay", "--all"),
            List.of("discard", "--all"),
            List.of("compact"));

    @TempDir
    Path folder;

    private static void assertRefused(int code, String words, String place) {
        for (var command : COMMANDS) assertRefused(code, words, place, command);
    }

    private static void assertRefused(int code, String words, String place, List<String> command) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var line = new ArrayList<>(List.of("journal", command.getFirst(), "--journal", place));
        line.addAll(command.subList(1, command.size()));
        int ended = Botmesh.run(new Terminal(InputStream.nullInputStream(), out, err), line.toArray(String[]::new));
        var said = err.toString(StandardCharsets.UTF_8);
        assertThat(ended).as("%s: %s", line, said).isEqualTo(code);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(said)
                .as("%s", line)
                .startsWith("botmesh: ")
                .containsOnlyOnce("\n")
                .contains(words)
                .doesNotContain("hush", "Exception");
    }

    @Test
    void aFolderIsLookedIntoAndNotMade() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "no journal, but text that is long enough");
        var empty = Files.createDirectory(folder.resolve("empty"));
        var other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("42"), "a file where a bot would have its folder");
        assertRefused(ExitCodes.WRONG_USE, "there is no folder or file", folder.resolve("none") + "/");
        assertRefused(ExitCodes.WRONG_USE, "there is no folder or file", file + "/below");
        assertRefused(ExitCodes.WRONG_USE, "no bot has a journal in " + empty, empty.toString());
        assertRefused(ExitCodes.WRONG_USE, "no bot has a journal in " + other, other.toString());
        assertRefused(ExitCodes.FAILED, file + ": it is damaged or not a journal", file.toString());
        assertThat(folder.resolve("none")).doesNotExist();
        assertThat(empty).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "'', --journal is empty",
        "' ', --journal is empty",
        "postgresql://ann:hush@db/bots, PGPASSWORD",
        "postgresql://, is no address",
        "http://db/bots, --journal takes",
    })
    void whatIsNoPlaceIsToldWithoutATry(String place, String words) {
        assertRefused(ExitCodes.WRONG_USE, words, place);
    }

    /** Whichever command, it waits some seconds for the server: one is enough here. */
    @Test
    void aDatabaseServerThatIsAwayIsNamed() throws IOException {
        int nobodys;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobodys = socket.getLocalPort();
        }
        String place = "postgresql://ann@127.0.0.1:" + nobodys + "/bots";
        assertRefused(ExitCodes.FAILED, "127.0.0.1:" + nobodys, place, LS);
    }
}
