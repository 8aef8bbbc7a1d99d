package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OffsetClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final VirtualClock base = new VirtualClock(START);
    private final OffsetClock clock = new OffsetClock(base);
    private final World world = new World(WorldOptions.defaults(), clock, 1);

    @Test
    void aJumpBringsWhatIsDueAndABackwardOneHoldsTheWorldStill() {
        var bot = world.addBot("a_bot");
        var poll = world.call(new Call(bot.token(), false, "getUpdates", Arguments.of("timeout", "50")));
        clock.jump(Duration.ofHours(1));
        world.tick();
        assertThat(poll).isDone();

        clock.jump(Duration.ofMinutes(-30));
        world.tick();
        assertThat(world.now()).isEqualTo(START.plusSeconds(3600));
        base.moveTo(START.plusSeconds(1801));
        world.tick();
        assertThat(world.now()).isEqualTo(START.plusSeconds(3601));
    }
}
