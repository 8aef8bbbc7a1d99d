package io.botmesh.emulatorjunit;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StoryTest {
    private static final Duration PATIENCE = Duration.ofDays(1);

    @Test
    void whatHappensWhileSomebodyLooksMakesHimLookAgain() throws Exception {
        var looks = new AtomicInteger();
        try (var emulator = Emulator.start(EmulatorOptions.defaults());
                var story = new Story(emulator)) {
            var seen = story.await(PATIENCE, happenings -> {
                if (looks.getAndIncrement() > 0) return "seen";
                emulator.world().addBot("late_bot"); // as whatever falls due while he looks: told by his own thread
                return null;
            });
            assertThat(seen).isEqualTo("seen");
        }
    }
}
