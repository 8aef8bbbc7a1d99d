package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static Scene limited(Limits limits) {
        return new Scene(WorldOptions.defaults().withLimits(limits));
    }

    private static Channel channel(Scene scene, BotAccount... bots) {
        return scene.world.addChannel(
                "c", null, Arrays.stream(bots).map(bot -> Admin.full(bot.id())).toList());
    }

    private static Reply post(Scene scene, BotAccount bot, long chat) {
        return scene.call(bot, "sendMessage", "chat_id", Scene.text(chat), "text", "x");
    }

    private static int accepted(Scene scene, BotAccount bot, long chat, int tries) {
        int accepted = 0;
        for (int i = 0; i < tries; i++) if (post(scene, bot, chat) instanceof Reply.Ok) accepted++;
        return accepted;
    }

    private static Reply.Failure retryAfter(int seconds) {
        return new Reply.Failure(429, "Too Many Requests: retry after " + seconds, seconds, null);
    }

    @Test
    void withoutLimitsEverythingPasses() {
        var scene = limited(Limits.OFF);
        var bot = scene.world.addBot("a_bot");
        assertThat(accepted(scene, bot, channel(scene, bot).id(), 1000)).isEqualTo(1000);
    }

    @Test
    void onPaperABotPostsThreeAtOnceAndThenOneASecond() {
        var scene = limited(Limits.PAPER);
        var bot = scene.world.addBot("a_bot");
        long chat = channel(scene, bot).id();
        assertThat(accepted(scene, bot, chat, 3)).isEqualTo(3);
        assertThat(post(scene, bot, chat)).isEqualTo(retryAfter(1));
        scene.advance(Duration.ofMillis(999));
        assertThat(post(scene, bot, chat)).isEqualTo(retryAfter(1));
        scene.advance(Duration.ofMillis(1));
        assertThat(accepted(scene, bot, chat, 2)).isEqualTo(1);
        int inAMinute = 0;
        for (int i = 0; i < 600; i++) {
            scene.advance(Duration.ofMillis(100));
            inAMinute += accepted(scene, bot, chat, 1);
        }
        assertThat(inAMinute).isEqualTo(60);
    }

    @Test
    void eachBotAndEachChatHasItsOwnBucket() {
        var scene = limited(Limits.PAPER);
        var one = scene.world.addBot("one_bot");
        var two = scene.world.addBot("two_bot");
        long a = channel(scene, one, two).id();
        long b = channel(scene, one, two).id();
        assertThat(accepted(scene, one, a, 9)).isEqualTo(3);
        assertThat(accepted(scene, two, a, 9)).isEqualTo(3);
        assertThat(accepted(scene, one, b, 9)).isEqualTo(3);
        assertThat(scene.world.traffic(a)).isEqualTo(new Traffic(6, 6, 0, 0, 12));
    }

    @Test
    void aRefusedCallCostsNothingAndLeavesNoTrace() {
        var scene = limited(Limits.PAPER);
        var bot = scene.world.addBot("a_bot");
        long chat = channel(scene, bot).id();
        accepted(scene, bot, chat, 100);
        scene.seconds(1);
        assertThat(Scene.id(Scene.ok(post(scene, bot, chat)))).isEqualTo(5);
    }

    @Test
    void aCallThatIsRefusedForAnotherReasonCostsNothing() {
        var scene = limited(Limits.PAPER);
        var bot = scene.world.addBot("a_bot");
        var chat = channel(scene, bot).id();
        for (int i = 0; i < 10; i++) {
            scene.refusal(bot, "sendMessage", "chat_id", Scene.text(chat), "text", "x".repeat(5000));
        }
        assertThat(accepted(scene, bot, chat, 3)).isEqualTo(3);
    }

    @Test
    void aWindowOfAMinuteTellsHowLongUntilItsOldestMessageLeaves() {
        var scene = limited(Limits.OFF.withChannel(new Limits.Window(20, Duration.ofMinutes(1))));
        var bot = scene.world.addBot("a_bot");
        long chat = channel(scene, bot).id();
        assertThat(accepted(scene, bot, chat, 10)).isEqualTo(10);
        scene.advance(Duration.ofMillis(12_500));
        assertThat(accepted(scene, bot, chat, 99)).isEqualTo(10);
        assertThat(post(scene, bot, chat)).isEqualTo(retryAfter(48));
        scene.advance(Duration.ofMillis(47_500));
        assertThat(accepted(scene, bot, chat, 99)).isEqualTo(10);
    }

    @Test
    void theDocumentedLimitsKnowGroupsAndBotsButNoChannels() {
        var scene = limited(Limits.DOCUMENTED);
        var bot = scene.world.addBot("a_bot");
        long channel = channel(scene, bot).id();
        long group =
                scene.world.addGroup("g", null, List.of(Admin.full(bot.id()))).id();
        int inChannel = 0;
        int inGroup = 0;
        for (int i = 0; i < 60; i++) {
            inChannel += accepted(scene, bot, channel, 1);
            inGroup += accepted(scene, bot, group, 1);
            scene.seconds(1);
        }
        assertThat(inChannel).isEqualTo(60);
        assertThat(inGroup).isEqualTo(20);
    }

    @Test
    void aPaidBroadcastHasAWiderTotal() {
        var scene = limited(Limits.OFF.withBot(new Limits.Rate(30, Duration.ofSeconds(1), 30)));
        var bot = scene.world.addBot("a_bot");
        var chat = Scene.text(channel(scene, bot).id());
        for (int i = 0; i < 1000; i++) {
            scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x", "allow_paid_broadcast", "true");
        }
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", chat, "text", "x", "allow_paid_broadcast", "true"))
                .isEqualTo("429 Too Many Requests: retry after 1");
        assertThat(accepted(scene, bot, Long.parseLong(chat), 50)).isEqualTo(30);
    }

    @Test
    void aBotsTotalHoldsOverAllChats() {
        var scene = limited(Limits.OFF.withBot(new Limits.Rate(30, Duration.ofSeconds(1), 30)));
        var bot = scene.world.addBot("a_bot");
        int total = 0;
        for (int i = 0; i < 50; i++)
            total += accepted(scene, bot, channel(scene, bot).id(), 1);
        assertThat(total).isEqualTo(30);
    }

    @Test
    void aTotalPerChatHoldsOverAllBots() {
        var scene = limited(Limits.OFF.withChatTotal(new Limits.Rate(1, Duration.ofSeconds(1), 5)));
        var bots = new BotAccount[8];
        for (int i = 0; i < bots.length; i++) bots[i] = scene.world.addBot("b" + i + "_bot");
        long chat = channel(scene, bots).id();
        int total = 0;
        for (var bot : bots) total += accepted(scene, bot, chat, 1);
        assertThat(total).isEqualTo(5);
    }

    @Test
    void manyForwardsCostAsManyMessages() {
        var scene = limited(Limits.PAPER);
        var bot = scene.world.addBot("a_bot");
        var chat = Scene.text(channel(scene, bot).id());
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "a");
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "b");
        assertThat(scene.call(bot, "forwardMessages", "chat_id", chat, "from_chat_id", chat, "message_ids", "[2,3]"))
                .isEqualTo(retryAfter(1));
        scene.seconds(1);
        scene.ok(bot, "forwardMessages", "chat_id", chat, "from_chat_id", chat, "message_ids", "[2,3]");
    }

    @Test
    void cautiousLimitsCountEdits() {
        var scene = limited(Limits.CAUTIOUS);
        var bot = scene.world.addBot("a_bot");
        var chat = Scene.text(channel(scene, bot).id());
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "a");
        assertThat(scene.call(bot, "editMessageText", "chat_id", chat, "message_id", "2", "text", "b"))
                .isEqualTo(retryAfter(1));
    }

    @Test
    void limitsCanChangeWhileTheWorldRuns() {
        var scene = limited(Limits.OFF);
        var bot = scene.world.addBot("a_bot");
        long chat = channel(scene, bot).id();
        scene.world.limits(Limits.PAPER);
        assertThat(accepted(scene, bot, chat, 9)).isEqualTo(3);
        scene.world.limits(Limits.OFF);
        assertThat(accepted(scene, bot, chat, 9)).isEqualTo(9);
    }

    @Test
    void uploadsOfTheSameSizeGoOneByOne() {
        var scene = limited(Limits.OFF);
        var bot = scene.world.addBot("a_bot");
        long chat = channel(scene, bot).id();
        var content = Blob.of(new byte[1_000_000]);
        int atOnce = 0;
        for (int i = 0; i < 10; i++)
            if (scene.sendDocument(bot, chat, "a.bin", content).isDone()) atOnce++;
        // A second's worth of 0.2 s slots, and one.
        assertThat(atOnce).isEqualTo(6);
        assertThat(scene.sendDocument(bot, chat, "a.bin", Blob.of(new byte[1_000_001])))
                .isDone();
        assertThat(scene.sendDocument(bot, chat, "a.bin", Blob.of(new byte[100_000])))
                .isDone();
        scene.seconds(1);
        assertThat(scene.world.traffic(chat).documents()).isEqualTo(12);
    }

    @Test
    void aLineOfMoreThanFiveSecondsIsRefusedAfterThree() {
        var scene = limited(Limits.OFF);
        var bot = scene.world.addBot("a_bot");
        long chat = channel(scene, bot).id();
        var content = Blob.of(new byte[9_000_000]);
        var last = scene.sendDocument(bot, chat, "a.bin", content);
        for (int i = 0; i < 8; i++) last = scene.sendDocument(bot, chat, "a.bin", content);
        assertThat(last).isNotDone();
        scene.advance(Duration.ofMillis(2_999));
        assertThat(last).isNotDone();
        scene.advance(Duration.ofMillis(1));
        assertThat(Scene.now(last)).isEqualTo(retryAfter(60));
    }

    @Test
    void threeHundredAndTenMessagesMayBeOnTheirWayIntoAChat() {
        var scene = new Scene(WorldOptions.defaults().withLatency(Latency.fixed(Duration.ofSeconds(10))));
        var bot = scene.world.addBot("a_bot");
        var chat = Scene.text(channel(scene, bot).id());
        for (int i = 0; i < 310; i++) {
            assertThat(scene.send(bot, "sendMessage", "chat_id", chat, "text", "x"))
                    .isNotDone();
        }
        var other = scene.send(
                bot, "sendMessage", "chat_id", Scene.text(channel(scene, bot).id()), "text", "x");
        var tooMany = scene.send(bot, "sendMessage", "chat_id", chat, "text", "x");
        scene.seconds(10);
        assertThat(Scene.now(other)).isInstanceOf(Reply.Ok.class);
        var free = scene.send(bot, "sendMessage", "chat_id", chat, "text", "x");
        scene.seconds(10);
        assertThat(Scene.now(tooMany)).isEqualTo(retryAfter(60));
        assertThat(Scene.now(free)).isInstanceOf(Reply.Ok.class);
    }

    private static Reply knock(Scene scene, String token, String client) {
        return Scene.now(scene.world.call(new Call(token, false, "getMe", Arguments.none(), client)));
    }

    @Test
    void aClientStartsTwentyBotsAMinuteRightOrWrong() {
        var scene = limited(Limits.DOCUMENTED);
        var bot = scene.world.addBot("a_bot");
        var late = scene.world.addBot("late_bot");
        assertThat(knock(scene, bot.token(), "8.8.8.8")).isInstanceOf(Reply.Ok.class);
        for (int i = 0; i < 19; i++) {
            assertThat(knock(scene, (100 + i) + ":FAKE-token-for-tests-only-000000000", "8.8.8.8"))
                    .isEqualTo(new Reply.Failure(401, "Unauthorized"));
        }
        assertThat(knock(scene, late.token(), "8.8.8.8")).isEqualTo(retryAfter(60));
        assertThat(knock(scene, bot.token(), "8.8.8.8")).as("known").isInstanceOf(Reply.Ok.class);
        scene.seconds(60);
        assertThat(knock(scene, late.token(), "8.8.8.8")).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void otherClientsAndThoseWithoutLimitsAreNotHeldUp() {
        var scene = limited(Limits.OFF);
        for (int i = 0; i < 30; i++) {
            assertThat(knock(scene, scene.world.addBot("b" + i + "_bot").token(), "8.8.8.8"))
                    .isInstanceOf(Reply.Ok.class);
        }
        scene.world.limits(Limits.DOCUMENTED);
        for (int i = 0; i < 30; i++) {
            assertThat(knock(scene, scene.world.addBot("c" + i + "_bot").token(), "8.8.8." + i))
                    .isInstanceOf(Reply.Ok.class);
        }
    }

    @Test
    void latencyHoldsBackTheAnswerButNotTheEffect() {
        var scene = new Scene(
                WorldOptions.defaults().withLatency(Latency.between(Duration.ofMillis(200), Duration.ofMillis(300))));
        var bot = scene.world.addBot("a_bot");
        long chat = channel(scene, bot).id();
        var sent = scene.send(bot, "sendMessage", "chat_id", Scene.text(chat), "text", "x");
        assertThat(scene.world.traffic(chat).texts()).isEqualTo(1);
        scene.advance(Duration.ofMillis(199));
        assertThat(sent).isNotDone();
        scene.advance(Duration.ofMillis(101));
        assertThat(sent).isDone();
    }

    @Test
    void theSameSeedAndCallsGiveTheSameBytes() {
        assertThat(story(5)).isEqualTo(story(5)).isNotEqualTo(story(6));
    }

    private static String story(long seed) {
        var scene = new Scene(
                WorldOptions.defaults().withLatency(Latency.between(Duration.ZERO, Duration.ofMillis(50))), seed);
        var one = scene.world.addBot("one_bot");
        var two = scene.world.addBot("two_bot");
        long chat = channel(scene, one, two).id();
        var poll = scene.send(two, "getUpdates", "timeout", "50", "offset", "-1");
        var file = scene.sendDocument(one, chat, "a.bin", Blob.of(new byte[3]));
        scene.seconds(1);
        return one.token() + Scene.now(poll) + Scene.now(file);
    }
}
