package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Codec;
import io.botmesh.runner.FileJournal;
import io.botmesh.runner.Journal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

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
