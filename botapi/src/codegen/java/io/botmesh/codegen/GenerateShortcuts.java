package io.botmesh.codegen;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes what the module {@code bot} knows of calls and updates: {@code GenerateShortcuts <schema.json> <output directory>}.
 * Runs as {@link Generate} does.
 */
public final class GenerateShortcuts {
    private GenerateShortcuts() {}

    public static void main(String[] arguments) throws IOException {
        var schema = new Schema(Generate.read(Path.of(arguments[0])));
        Generate.write(new ShortcutSources(schema).all(), Path.of(arguments[1], "io", "botmesh", "bot"));
    }
}
