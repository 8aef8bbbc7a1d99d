package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds for the entities of every text that the server keeps. */
final class Entities {
    private Entities() {}

    static void assertNested(FormattedText text) {
        var entities = text.entities();
        assertThat(entities).isSortedAccordingTo(Entity.ORDER);
        for (int i = 0; i < entities.size(); i++) {
            var entity = entities.get(i);
            assertThat(entity.offset()).isNotNegative();
            assertThat(entity.length()).isPositive();
            assertThat(entity.end()).isLessThanOrEqualTo(text.text().length());
            for (int j = i + 1; j < entities.size(); j++) {
                var later = entities.get(j);
                boolean apart = later.offset() >= entity.end();
                boolean inside = later.end() <= entity.end();
                assertThat(apart || inside)
                        .as("%s and %s in %s", entity, later, text.text())
                        .isTrue();
            }
        }
    }
}
