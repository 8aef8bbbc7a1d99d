package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What leaves the world. */
class GateTest {
    private final WebhookScene hook = new WebhookScene();

    @Test
    void aListenerThatFailsKeepsNobodyElsesNewsBack() {
        hook.set();
        try (var broken = hook.scene.world.watch(() -> {
            throw new IllegalStateException("broken listener");
        })) {
            assertThatThrownBy(() -> hook.say("sent all the same")).hasMessage("broken listener");
            assertThat(broken.lost()).isZero();
        }
        assertThat(hook.texts()).containsExactly("sent all the same");
    }
}
