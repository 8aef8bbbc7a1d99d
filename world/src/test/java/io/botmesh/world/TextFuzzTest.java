package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Any text with any entities asked for: those are on the first line, each as {@code type offset length;}. */
class TextFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void aCleanTextStaysAsItIsAndItsEntitiesNest(byte[] input) {
        var lines = new String(input, StandardCharsets.UTF_8);
        int line = Math.max(0, lines.indexOf('\n'));
        var asked = entities(lines.substring(0, line));
        FormattedText clean;
        try {
            clean = TextCleaner.clean(lines.substring(line), asked, true);
        } catch (Refused refused) {
            // The text may be empty and is valid Unicode, so this is about where an entity begins or ends.
            assertThat(refused).message().startsWith("Bad Request: entity begin");
            assertThat(asked).isNotEmpty();
            return;
        }
        assertThat(clean.text().length()).isLessThanOrEqualTo(lines.length());
        Entities.assertNested(clean);

        var kept = clean.entities().stream()
                .filter(entity -> entity.type().asked())
                .toList();
        var again = TextCleaner.clean(clean.text(), kept, true);
        assertThat(again.text()).isEqualTo(clean.text());
        if (clean.entities().size() < 100) assertThat(again.entities()).isEqualTo(clean.entities());
    }

    private static List<Entity> entities(String line) {
        var entities = new ArrayList<Entity>();
        for (var one : line.split(";", -1)) {
            var words = one.strip().split(" ", -1);
            if (words.length != 3) continue;
            for (var type : EntityType.values()) {
                if (!type.asked() || !type.wireName().equals(words[0])) continue;
                int offset = Lenient.integer(words[1], 0, 0, 1_000_000);
                int length = Lenient.integer(words[2], 1, 1, 1_000_000);
                entities.add(Entity.of(type, offset, length));
            }
        }
        return entities;
    }
}
