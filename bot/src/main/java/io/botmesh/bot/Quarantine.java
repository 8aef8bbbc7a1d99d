package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.UnreadableException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Is given updates that cannot be read, as the server wrote them. With a journal they become dead letters, which keep the
 * same; without one nothing else keeps them. What a person wrote may be in there.
 */
@FunctionalInterface
public interface Quarantine {
    /** So many of one id are kept. */
    int MOST_OF_ONE = 100;

    /**
     * Called on the handler's thread, once per failed attempt, before {@link Bot#onError} is told. What this throws is
     * logged; the update has failed either way.
     *
     * @param update its {@link RawUpdate#bytes() bytes} are the JSON; if it {@linkplain RawUpdate#isNumbered() says no id},
     *               the id is that of its place
     */
    void keep(RawUpdate update, UnreadableException why) throws Exception;

    /** Keeps each as a file {@code ID.json}, or {@code ID-2.json} and so on for another of that id. Makes the folder. */
    static Quarantine folder(Path folder) {
        return (update, why) -> write(Files.createDirectories(folder), update);
    }

    private static void write(Path folder, RawUpdate update) throws IOException {
        for (int number = 1; number <= MOST_OF_ONE; number++) {
            Path file = folder.resolve(update.updateId() + (number == 1 ? "" : "-" + number) + ".json");
            try {
                Files.createFile(file);
            } catch (FileAlreadyExistsException another) {
                continue;
            }
            Files.write(file, update.bytes());
            return;
        }
        throw new IOException("there are " + MOST_OF_ONE + " of update " + update.updateId() + " already");
    }
}
