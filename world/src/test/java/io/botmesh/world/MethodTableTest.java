package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of methods in docs/emulator.md says what the code says. */
class MethodTableTest {
    private static final Path GUIDE = Path.of("../docs/emulator.md");
    private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\| (faithful|shallow|refused) \\|");

    @Test
    void theGuideNamesEveryMethodWithItsDepth() throws IOException {
        var built = new TreeMap<String, String>();
        for (var name : MethodNames.all()) built.put(name, "refused");
        for (var method : new Scene().world.methods().all()) {
            built.put(method.name(), method.depth().name().toLowerCase(Locale.ROOT));
        }
        var told = new TreeMap<String, String>();
        for (var line : Files.readAllLines(GUIDE)) {
            var row = ROW.matcher(line);
            if (row.find()) told.put(row.group(1), row.group(2));
        }
        assertThat(told).hasSize(185).isEqualTo(built);
    }
}
