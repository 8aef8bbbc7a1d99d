package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Happening.Changed;
import io.botmesh.world.Happening.Changed.What;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchEverythingTest {
    private final Scene scene = new Scene();
    private final Watch watch = scene.world.watchEverything(() -> {});
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");

    @AfterEach
    void close() {
        watch.close();
    }

    private List<Happening> during(Runnable action) {
        watch.take();
        action.run();
        return watch.take();
    }

    private static Changed changed(What what, long id) {
        return new Changed(Scene.START, what, id);
    }

    @Test
    void whoAndWhatIsNewIsTold() {
        assertThat(watch.take()).containsExactly(changed(What.KNOWN, bot.id()), changed(What.KNOWN, ann.id()));
        var channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
        assertThat(watch.take()).contains(changed(What.KNOWN, channel.id()), changed(What.MEMBERS, channel.id()));
    }

    @Test
    void aPrivateMessageChangesTheQueueAfterTheChat() {
        var told = during(() -> scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi")));
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).isInstanceOf(Happening.Posted.class);
        assertThat(told.get(1)).isEqualTo(changed(What.QUEUE, bot.id()));
    }

    @Test
    void aPollAndItsEndAreChangesOfTheQueue() {
        assertThat(during(() -> {
                    var unused = scene.send(bot, "getUpdates", "timeout", "10");
                }))
                .containsExactly(changed(What.QUEUE, bot.id()));
        assertThat(during(() -> scene.seconds(11)))
                .containsExactly(
                        new Changed(Scene.START.plusSeconds(10), What.QUEUE, bot.id()),
                        new Changed(Scene.START.plusSeconds(10), What.CALL, 1));
    }

    @Test
    void limitsAndRevokedTokensAreTold() {
        assertThat(during(() -> scene.world.limits(Limits.PAPER))).containsExactly(changed(What.LIMITS, 0));
        assertThat(during(() -> scene.world.revoke(bot.token()))).containsExactly(changed(What.QUEUE, bot.id()));
    }

    @Test
    void callsAndFaultsAndOpinionsAreTold() {
        assertThat(during(() -> scene.ok(bot, "getMe"))).containsExactly(changed(What.CALL, 1));
        assertThat(during(
                        () -> scene.world.faults().add(Fault.tooManyRequests(5).onMethods("getMe"))))
                .containsExactly(changed(What.FAULTS, 0));
        assertThat(during(() -> scene.refusal(bot, "getMe")))
                .containsExactly(changed(What.FAULTS, 0), changed(What.CALL, 2));
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        assertThat(during(() -> scene.world.people().opinions().react(ann.id(), bot.id(), 1, "\uD83D\uDC4D")))
                .contains(changed(What.OPINIONS, 0));
    }

    @Test
    void whoWatchesChatsOnlyHearsNothingOfIt() {
        try (var chats = scene.world.watch(() -> {})) {
            scene.world.addUser("Bea", null);
            assertThat(chats.take()).isEmpty();
        }
    }
}
