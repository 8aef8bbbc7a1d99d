package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import io.botmesh.runner.JournalException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no store of a node any more, or never were one. */
class NodeStoreFileTest {
    private static final String MEND = "move it away to begin with a new one, which loses what waits in it;"
            + " for a backup see docs/operations.md";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("anna.db");
    }

    /** In one line, and the file is as it was. */
    private void refused(String why) throws Exception {
        byte[] before = Files.readAllBytes(file());
        refused(why, before.length);
        assertThat(Arrays.equals(Files.readAllBytes(file()), before)).isTrue();
    }

    private void refused(String why, int length) {
        assertThatThrownBy(() -> JdbcNodeStore.open(file(), "anna"))
                .as("%d bytes", length)
                .isInstanceOf(MeshException.Unusable.class)
                .hasMessage("cannot use " + file() + ": " + why);
    }

    private void fill() throws Exception {
        try (var store = JdbcNodeStore.open(file(), "anna")) {
            for (int i = 0; i < 100; i++)
                store.commit(List.of(new Write(new NodeStore.Key(Kind.PACKET, i), new byte[1_000])));
        }
    }

    @Test
    void whatIsNoDatabaseIsNoNodesStore() throws Exception {
        byte[] random = new byte[10_000];
        new Random(7).nextBytes(random);
        for (byte[] bytes : List.of(random, Arrays.copyOf(random, 1), "a text".getBytes(StandardCharsets.US_ASCII))) {
            Files.write(file(), bytes);
            refused("it is damaged or not a node's store: " + MEND);
        }
    }

    @Test
    void oneThatIsCutOffOrOverwrittenIsDamaged() throws Exception {
        fill();
        byte[] whole = Files.readAllBytes(file());
        for (int length : List.of(16, 50, 100, 4_095, 4_096, 8_192, whole.length / 2, whole.length - 4_096)) {
            Files.write(file(), Arrays.copyOf(whole, length));
            refused("it is a damaged node's store: " + MEND);
        }
        byte[] overwritten = whole.clone();
        for (int at = 4_096; at < whole.length; at += 4_096) Arrays.fill(overwritten, at, at + 200, (byte) 0);
        Files.write(file(), overwritten);
        refused("it is a damaged node's store: " + MEND);
    }

    @Test
    void aValueThatHasChangedIsDamageOfTheStore() throws Exception {
        fill();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var sql = connection.createStatement()) {
            sql.execute("UPDATE node_value SET value = x'00' WHERE a = 5");
        }
        try (var store = JdbcNodeStore.open(file(), "anna")) {
            assertThatThrownBy(() -> store.read(new NodeStore.Key(Kind.PACKET, 5)))
                    .isInstanceOf(MeshException.Unusable.class)
                    .hasMessage("cannot use " + file() + ": it is a damaged node's store: " + MEND);
        }
    }

    @Test
    void oneOfAnotherProgramOrOfABotIsNamed() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var sql = connection.createStatement()) {
            sql.execute("CREATE TABLE theirs (n INTEGER)");
        }
        refused("it belongs to another program: name another file");
        Files.delete(file());
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("INSERT INTO update_journal VALUES (42, 1)"));
        }
        refused("it is the journal of bot 42: name another file for node anna", 0);
        try (var database = SqliteDatabase.open(file())) {
            assertThat(JdbcJournal.bots(database)).containsExactly(42L); // and it is free again
        }
    }

    @Test
    void aFolderIsNoFileAndAnEmptyFileIsANewStore() throws Exception {
        assertThatThrownBy(() -> JdbcNodeStore.open(folder, "anna"))
                .isInstanceOf(MeshException.Unusable.class)
                .hasMessage("cannot use " + folder + ": it is not a file: name another one");
        Files.createFile(file());
        fill();
    }

    @Test
    void aFileOrAFolderWithoutPermissionIsNamed() throws Exception {
        fill();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--r--r--"));
        assumeFalse(Files.isWritable(file()), "who runs this may write everything");
        refused("no permission to read and write it");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            refused("no permission to read and write it and its folder");
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void ofOtherFilesTheWordsAreAsBefore() throws Exception {
        Files.writeString(file(), "a text");
        assertThatThrownBy(() -> SqliteDatabase.open(file()))
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessage(
                        "cannot use " + file() + ": it is damaged or not a journal: restore it or name another file");
    }
}
