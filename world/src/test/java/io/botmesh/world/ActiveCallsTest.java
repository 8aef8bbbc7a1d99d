package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many calls of a bot may be open at once; some stay so because answers take ten seconds here. */
class ActiveCallsTest {
    private static final Reply.Failure FLOOD = new Reply.Failure(429, "Too Many Requests: retry after 60", 60, null);
    private static final WorldOptions SLOW = WorldOptions.defaults().withLatency(Latency.fixed(Duration.ofSeconds(10)));

    private Scene scene = new Scene(SLOW);
    private BotAccount bot = scene.world.addBot("a_bot");
    private String chat = newChat();

    private void play(WorldOptions options) {
        scene = new Scene(options);
        bot = scene.world.addBot("a_bot");
        chat = newChat();
    }

    /** The bot was told of it more than a minute ago. */
    private String newChat() {
        var group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id())));
        scene.seconds(60);
        return Scene.text(group.id());
    }

    /** That many calls that are not answered before ten seconds are over. */
    private void open(int calls) {
        for (int i = 0; i < calls; i++) assertThat(act()).isNotDone();
    }

    private CompletableFuture<Reply> act() {
        return scene.send(bot, "sendChatAction", "chat_id", chat, "action", "typing");
    }

    private CompletableFuture<Reply> upload(Blob content) {
        return scene.sendDocument(bot, Long.parseLong(chat), "a.bin", content);
    }

    /** A file that only says how large it is. */
    private static Blob large(long size) {
        return new Blob() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() {
                return InputStream.nullInputStream();
            }
        };
    }

    @Test
    void aThousandCallsMayBeOpenAtOnce() {
        open(999);
        var last = act();
        var tooMany = act();
        scene.advance(Duration.ofMillis(12_999));
        assertThat(Scene.now(last)).isInstanceOf(Reply.Ok.class);
        assertThat(tooMany).as("after 3 s, and then the way back").isNotDone();
        scene.advance(Duration.ofMillis(1));
        assertThat(Scene.now(tooMany)).isEqualTo(FLOOD);
        var free = act();
        scene.seconds(10);
        assertThat(Scene.now(free)).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void eachUpdateOfTheLastMinuteAllowsOneMore() {
        var ann = scene.world.addUser("Ann", null);
        for (int i = 0; i < 3; i++) scene.world.people().say(ann.id(), bot.id(), Outgoing.text("m" + i));
        scene.seconds(59);
        open(1002);
        var last = act();
        var tooMany = act();
        scene.seconds(13);
        assertThat(Scene.now(last)).isInstanceOf(Reply.Ok.class);
        assertThat(Scene.now(tooMany)).isEqualTo(FLOOD);
        open(1000);
        var later = act();
        scene.seconds(13);
        assertThat(Scene.now(later)).as("a minute is over").isEqualTo(FLOOD);
    }

    @Test
    void whatTheServerAnswersItselfAndOtherBotsAreNotHeldUp() {
        open(1001);
        var me = scene.send(bot, "getMe");
        var hook = scene.send(bot, "deleteWebhook");
        var other = scene.send(scene.world.addBot("b_bot"), "setMyName", "name", "B");
        scene.seconds(10);
        assertThat(Scene.now(me)).isInstanceOf(Reply.Ok.class);
        assertThat(Scene.now(hook)).isInstanceOf(Reply.Ok.class);
        assertThat(Scene.now(other)).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void aHundredFilesMayBeOnTheirWayAndOneMoreForFiveUpdates() {
        var ann = scene.world.addUser("Ann", null);
        for (int i = 0; i < 9; i++) scene.world.people().say(ann.id(), bot.id(), Outgoing.text("m" + i));
        for (int i = 0; i < 100; i++) assertThat(upload(large(1))).isNotDone();
        var last = upload(large(1));
        var tooMany = upload(large(1));
        var noFile = act();
        scene.seconds(13);
        assertThat(Scene.now(last)).isInstanceOf(Reply.Ok.class);
        assertThat(Scene.now(tooMany)).isEqualTo(FLOOD);
        assertThat(Scene.now(noFile)).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void fourGibibytesMayBeOnTheirWay() {
        assertThat(upload(large(2L << 30))).isNotDone();
        var full = upload(large((2L << 30) - 1));
        var last = upload(large(1));
        var tooMany = upload(large(1));
        scene.seconds(13);
        assertThat(Scene.now(full)).isNotEqualTo(FLOOD);
        assertThat(Scene.now(last)).isInstanceOf(Reply.Ok.class);
        assertThat(Scene.now(tooMany)).isEqualTo(FLOOD);
    }

    @Test
    void aLocalServerTakesAnyNumber() {
        play(SLOW.withProfile(Profile.LOCAL));
        open(1500);
        var last = act();
        scene.seconds(10);
        assertThat(Scene.now(last)).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void withoutLatencyNothingStaysOpen() {
        play(WorldOptions.defaults());
        for (int i = 0; i < 1500; i++) assertThat(Scene.now(act())).isInstanceOf(Reply.Ok.class);
    }
}
