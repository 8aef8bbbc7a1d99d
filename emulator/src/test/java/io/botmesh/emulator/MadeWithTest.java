package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Assumption;
import io.botmesh.world.ChannelBotPosts;
import io.botmesh.world.Latency;
import io.botmesh.world.Limits;
import io.botmesh.world.Profile;
import io.botmesh.world.WebhookTargets;
import io.botmesh.world.WorldOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MadeWithTest {
    private static final WorldOptions DEFAULTS = WorldOptions.defaults();

    private static Map<String, String> of(WorldOptions options) {
        return MadeWith.of(options, 1, false);
    }

    @Test
    void everyOptionOfAWorldIsNamed() {
        var changed = List.of(
                DEFAULTS.withProfile(Profile.OSS),
                DEFAULTS.withLimits(Limits.PAPER),
                DEFAULTS.withChannelBotPosts(ChannelBotPosts.HIDE),
                DEFAULTS.withLatency(Latency.PAPER),
                DEFAULTS.withLinkLife(Duration.ofMinutes(90)),
                DEFAULTS.withWebhookTargets(WebhookTargets.ANY),
                DEFAULTS.assuming(Assumption.BOTS_SIGN, false),
                DEFAULTS.withRecordedCalls(7));
        assertThat(changed).hasSameSizeAs(WorldOptions.class.getRecordComponents());
        var names = new HashSet<String>();
        for (var options : changed) {
            var made = of(options);
            made.entrySet().removeAll(of(DEFAULTS).entrySet());
            assertThat(made).hasSize(1);
            names.addAll(made.keySet());
        }
        assertThat(names).hasSameSizeAs(changed);
        assertThat(MadeWith.of(DEFAULTS, 2, true)).containsEntry("seed", "2").containsEntry("clock", "virtual");
    }

    @Test
    void theWordsAreThoseOfPeople() {
        assertThat(of(DEFAULTS))
                .containsEntry("profile", "hosted")
                .containsEntry("limits", "off")
                .containsEntry("posts of other bots in channels", "delivered")
                .containsEntry("latency", "off")
                .containsEntry("download links for", "1 h")
                .containsEntry("assumptions", "by default");
        assertThat(of(DEFAULTS.withLinkLife(Duration.ofMinutes(90)))).containsEntry("download links for", "90 min");
        assertThat(of(DEFAULTS.withLatency(Latency.PAPER))).containsEntry("latency", "100 ms to 150 ms");
        assertThat(of(DEFAULTS.withLimits(Limits.CAUTIOUS.withEditsCount(false))))
                .containsEntry(
                        "limits",
                        "1 every 1 s with 1 at once by a bot in a chat and 20 in 1 min by a bot in a group and 20 in"
                                + " 1 min by a bot in a channel and 30 every 1 s with 30 at once by a bot in all and"
                                + " edits are free");
    }

    @Test
    void differentNumbersHaveDifferentWords() {
        var words = new HashSet<String>();
        var times = List.of(
                Duration.ZERO,
                Duration.ofNanos(1),
                Duration.ofMillis(1),
                Duration.ofMillis(1001),
                Duration.ofSeconds(1),
                Duration.ofSeconds(61),
                Duration.ofMinutes(1),
                Duration.ofMinutes(61),
                Duration.ofHours(1));
        for (var time : times) words.add(of(DEFAULTS.withLinkLife(time)).toString());
        assertThat(words).hasSameSizeAs(times);
    }
}
