package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Journal;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.SqliteDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path file = Path.of("");
    private long first;
    private long dead;

    static byte[] update(int id) {
        return ("{\"update_id\":" + id
                        + ",\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":-7,\"type\":\"group\"},"
                        + "\"text\":\"hello\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Where the journals are, and something that is not there. */
    Path place(String name) {
        return folder.resolve(name + ".db");
    }

    /** Opens a bot's journal there, as the bot would. */
    void with(Path place, long bot, Consumer<Journal<byte[]>> use) {
        try (var database = SqliteDatabase.open(place);
                var journal = new JdbcJournal<>(database, bot, bytes -> Arrays.hashCode(bytes), Codec.bytes())) {
            use.accept(journal);
        }
    }

    /** What a journal looks like that is none. */
    void damage(Path place) throws IOException {
        Files.write(place, new byte[5000]);
    }

    /** Bot 42 with two updates that wait and two that are dead, one of them no JSON. */
    @BeforeEach
    void fill() {
        file = place("bot");
        with(file, 42, journal -> {
            var garbage = "{garbage".getBytes(StandardCharsets.UTF_8);
            var entries = journal.append(List.of(update(1), update(2), update(3), garbage));
            first = entries.getFirst().sequence();
            dead = entries.get(2).sequence();
            journal.dead(dead, 8, new DeadLetters.Cause("java.lang.IllegalStateException", "no\nluck", "at a.B.c"));
            journal.dead(entries.get(3).sequence(), 1, new DeadLetters.Cause("x.Unreadable", "no JSON", ""));
        });
    }

    private int run(String command, String... more) {
        out.reset();
        err.reset();
        var line = new ArrayList<>(List.of("journal", command, "--journal", file.toString()));
        line.addAll(List.of(more));
        return Botmesh.run(new Terminal(InputStream.nullInputStream(), out, err), line.toArray(String[]::new));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void lsListsWhatWaits() {
        assertThat(run("ls")).isZero();
        assertThat(out().lines())
                .hasSize(3)
                .first()
                .asString()
                .contains("" + first, "message", "update 1", "chat -7", "attempts 0");
        assertThat(out()).endsWith("2 waiting\n");
        assertThat(run("ls", "--limit", "1", "--json")).isZero();
        assertThat(out())
                .hasLineCount(1)
                .contains("\"total\":2", "\"update\":1")
                .doesNotContain("\"update\":2");
    }

    @Test
    void deadListsWhatWasGivenUpAndWhy() {
        assertThat(run("dead")).isZero();
        assertThat(out().lines()).hasSize(3);
        assertThat(out())
                .contains("java.lang.IllegalStateException: no luck", "unreadable", "attempts 8")
                .endsWith("2 dead\n");
        assertThat(run("dead", "--json")).isZero();
        assertThat(out()).hasLineCount(1).contains("\"cause\":\"x.Unreadable\"");
    }

    @Test
    void showPrintsTheUpdateAsItCame() {
        assertThat(run("show", "" + first)).isZero();
        assertThat(out()).endsWith(new String(update(1), StandardCharsets.UTF_8) + "\n");
        assertThat(run("show", "" + dead)).isZero();
        assertThat(out()).contains("cause: java.lang.IllegalStateException", "at a.B.c", "\"update_id\":3");
        assertThat(run("show", "" + (dead + 1), "--json")).isZero();
        assertThat(out()).contains("\"raw\":\"{garbage\"");
        assertThat(run("show", "1")).isEqualTo(ExitCodes.FAILED);
        assertThat(err()).hasLineCount(1).contains("there is no 1");
    }

    @Test
    void whatWaitsIsNoDeadLetterAndSaysSo() {
        for (var act : List.of("replay", "discard")) {
            assertThat(run(act, "" + first)).isEqualTo(ExitCodes.FAILED);
            assertThat(err()).hasLineCount(1).contains(first + " is no dead letter: it waits");
        }
        assertThat(run("ls")).isZero();
        assertThat(out()).endsWith("2 waiting\n");
    }

    @Test
    void replayPutsOneBackAndDiscardForgetsIt() {
        assertThat(run("replay", "" + dead)).isZero();
        assertThat(out()).isEqualTo("1 replayed\n");
        assertThat(run("ls")).isZero();
        assertThat(out()).contains("update 3").endsWith("3 waiting\n");
        assertThat(run("discard", "--all", "--json")).isZero();
        assertThat(out()).isEqualTo("{\"discarded\":[" + (dead + 1) + "]}\n");
        assertThat(run("dead")).isZero();
        assertThat(out()).isEqualTo("0 dead\n");
        assertThat(run("replay", "--all")).isZero();
        assertThat(out()).isEqualTo("0 replayed\n");
    }

    @Test
    void whatTakesLongSaysHowFarItIs() {
        with(file, 42, journal -> {
            var more = IntStream.range(10, 610)
                    .mapToObj(JournalCommandTest::update)
                    .toList();
            for (var entry : journal.append(more))
                journal.dead(entry.sequence(), 1, new DeadLetters.Cause("x.Y", "no", ""));
        });
        assertThat(run("replay", "--all")).isZero();
        assertThat(out()).isEqualTo("602 replayed\n");
        assertThat(err()).isEqualTo("499 of 602 replayed\n");
    }

    @Test
    void aNumberThatIsNamedTwiceCountsOnce() {
        assertThat(run("replay", "" + dead, "" + dead)).isZero();
        assertThat(out()).isEqualTo("1 replayed\n");
        assertThat(run("discard", "" + (dead + 1), "" + (dead + 1), "--json")).isZero();
        assertThat(out()).isEqualTo("{\"discarded\":[" + (dead + 1) + "]}\n");
    }

    @Test
    void anUnknownNumberChangesNothing() {
        assertThat(run("discard", "" + dead, "5")).isEqualTo(ExitCodes.FAILED);
        assertThat(run("dead")).isZero();
        assertThat(out()).endsWith("2 dead\n");
    }

    @Test
    void wrongUseIsOneLineAndExitCodeTwo() {
        assertThat(run("discard")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(run("discard", "5", "--all")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("not both");
        assertThat(run("ls", "--bot", "43")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).hasLineCount(1).contains("it has [42]");
        assertThat(run("ls", "--limit", "0")).isEqualTo(ExitCodes.WRONG_USE);
        file = Path.of("");
        assertThat(run("ls")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("--journal is empty");
        file = place("none");
        assertThat(run("ls")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileOfSeveralBotsWantsToKnowWhich() {
        with(file, 43, journal -> journal.append(List.of(update(9))));
        assertThat(run("ls")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("--bot: [42, 43]");
        assertThat(run("ls", "--bot", "43")).isZero();
        assertThat(out()).contains("update 9").endsWith("1 waiting\n");
    }

    @Test
    void aFileThatABotHasOpenIsLeftAlone() {
        with(file, 42, journal -> {
            assertThat(run("discard", "--all")).isEqualTo(ExitCodes.FAILED);
            assertThat(err()).hasLineCount(1).contains("in use by");
            assertThat(journal.deadLetters().count()).isEqualTo(2);
        });
    }

    @Test
    void aDamagedFileIsRefusedInOneLine() throws Exception {
        damage(file);
        assertThat(run("ls")).isEqualTo(ExitCodes.FAILED);
        assertThat(err()).hasLineCount(1).contains("damaged", file.toString());
    }

    @Test
    void whatUsersHaveSentDoesNotCommandTheTerminal() {
        with(file, 42, journal -> {
            long read = journal.undone(0, 1).getFirst().sequence();
            journal.dead(
                    read, 1, new DeadLetters.Cause("x.Poison", "\u001b[2Jgone\u009b", "at a\u001b]0;x\u0007\n\tat b"));
        });
        assertThat(run("dead")).isZero();
        assertThat(out()).contains("x.Poison: \ufffd[2Jgone\ufffd");
        assertThat(run("show", "" + first)).isZero();
        assertThat(out()).contains("at a\ufffd]0;x\ufffd\n\tat b").doesNotContain("\u001b");
        assertThat(run("dead", "--json")).isZero();
        assertThat(out()).contains("\\u001B[2Jgone").doesNotContain("\u001b");
    }

    @Test
    void anEmptyFileIsNoJournalAndStaysEmpty() throws Exception {
        file = Files.createFile(folder.resolve("empty.db"));
        assertThat(run("ls")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).hasLineCount(1).contains("no bot has a journal in " + file + ", which is empty");
        assertThat(file).isEmptyFile();
    }

    @Test
    void compactSaysHowMuchSmallerTheFileIs() {
        assertThat(run("compact")).isZero();
        assertThat(out()).matches("\\d+ bytes smaller\n");
    }
}
