package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Codec;
import io.botmesh.runner.FileJournal;
import io.botmesh.runner.Journal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The same over a folder of files. */
class JournalCommandFolderTest extends JournalCommandTest {
    @Override
    Path place(String name) {
        return folder.resolve(name);
    }

    @Override
    void with(Path place, long bot, Consumer<Journal<byte[]>> use) {
        try (var journal = FileJournal.open(place, bot, Arrays::hashCode, Codec.bytes())) {
            use.accept(journal);
        }
    }

    @Override
    void damage(Path place) throws IOException {
        var segment = place.resolve("42").resolve("0000000001.log");
        var bytes = Files.readAllBytes(segment);
        bytes[9]++;
        Files.write(segment, bytes);
    }

    /** Whoever looks makes a dead letter of it, and is told so. */
    @Test
    @ResourceLock(Resources.SYSTEM_ERR)
    void whatIsDamagedIsSaidAndLiesWithTheDeadAfterwards() throws IOException {
        var place = place("worn");
        with(place, 42, journal -> {
            for (int id = 1; id < 4; id++) {
                journal.append(List.of(update(id)));
                journal.flush();
            }
        });
        var segment = place.resolve("42").resolve("0000000001.log");
        var bytes = Files.readAllBytes(segment);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("hello");
        assertThat(at).isPositive();
        bytes[at] ^= 1;
        Files.write(segment, bytes);
        var said = said(place, "ls");
        assertThat(said.lines().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .contains(
                        "the journal " + place.resolve("42") + " is damaged",
                        "kept as a dead letter, all else is there");
        assertThat(said).contains("update 2", "update 3", "2 waiting").doesNotContain("update 1");
        assertThat(said(place, "dead")).contains("1 dead").doesNotContain("WARN");
    }

    /** On both of its streams, lines of the log included. */
    private static String said(Path place, String command) {
        var said = new ByteArrayOutputStream();
        var err = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            var terminal = new Terminal(InputStream.nullInputStream(), said, said);
            assertThat(Botmesh.run(terminal, "journal", command, "--journal", place.toString()))
                    .isZero();
        } finally {
            System.setErr(err);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aFolderOfOthersIsLeftAsItIs() throws IOException {
        var photos = folder.resolve("photos");
        var year = Files.createDirectories(photos.resolve("2024"));
        assertThat(Botmesh.run(
                        new Terminal(
                                InputStream.nullInputStream(),
                                OutputStream.nullOutputStream(),
                                OutputStream.nullOutputStream()),
                        "journal",
                        "ls",
                        "--journal",
                        photos.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(year).isEmptyDirectory();
    }

    @Test
    void aPlaceIsWhatIsThereAndANewOneIsAFolderUnlessItsNameSaysOtherwise() throws IOException {
        var none = Map.<String, String>of();
        assertThat(JournalPlace.parse(folder.resolve("new").toString(), none)).isInstanceOf(JournalPlace.Folder.class);
        assertThat(JournalPlace.parse(folder + "/x.db/", none)).isInstanceOf(JournalPlace.Folder.class);
        assertThat(JournalPlace.parse(folder + "/x.DB", none)).isInstanceOf(JournalPlace.Sqlite.class);
        assertThat(JournalPlace.parse(folder + "/x.sqlite3", none)).isInstanceOf(JournalPlace.Sqlite.class);
        var old = Files.writeString(folder.resolve("journal"), "");
        assertThat(JournalPlace.parse(old.toString(), none)).isInstanceOf(JournalPlace.Sqlite.class);
        var there = Files.createDirectory(folder.resolve("y.db"));
        assertThat(JournalPlace.parse(there.toString(), none)).isInstanceOf(JournalPlace.Folder.class);
        assertThat(JournalPlace.parse("postgresql://a@b/c", none)).isInstanceOf(JournalPlace.Postgres.class);
    }
}
