package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("a_bot");
    private final Channel channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
    private final Faults faults = scene.world.faults();

    @BeforeEach
    void forgetHowTheBotCameIn() {
        scene.ok(bot, "deleteWebhook", "drop_pending_updates", "true");
    }

    private CompletableFuture<Reply> post() {
        return scene.send(bot, "sendMessage", "chat_id", Scene.text(channel.id()), "text", "x");
    }

    private long posts() {
        return scene.world.traffic(channel.id()).texts();
    }

    private void say(String text) {
        scene.world.people().say(scene.world.addUser("Ann", null).id(), bot.id(), Outgoing.text(text));
    }

    @Test
    void aRefusalHasNoEffect() {
        faults.add(Fault.refuse(500, "Internal Server Error").onMethods("SENDMESSAGE"));
        assertThat(Scene.refusal(Scene.now(post()))).isEqualTo("500 Internal Server Error");
        assertThat(posts()).isZero();
        scene.ok(bot, "getMe");
    }

    @Test
    void aConflictComesLateConfirmsAndBringsNothing() {
        say("one");
        int id = scene.updates(bot).get(0).get("update_id").asInt();
        say("two");
        long conflict = faults.add(Fault.conflict(Duration.ofSeconds(20)).times(1));
        var poll = scene.send(bot, "getUpdates", "offset", Integer.toString(id + 1), "timeout", "50");
        scene.seconds(19);
        assertThat(poll).isNotDone();
        scene.seconds(1);
        assertThat(Scene.now(poll))
                .isEqualTo(new Reply.Failure(
                        409,
                        "Conflict: terminated by other getUpdates request; make sure that only one bot"
                                + " instance is running"));
        assertThat(scene.updates(bot)).hasSize(1);
        assertThat(scene.updates(bot).get(0).toString()).contains("two");
        scene.ok(bot, "getMe");
        assertThat(faults.report().getFirst().id()).isEqualTo(conflict);
        assertThat(faults.report().getFirst().struck()).isOne();
        assertThatThrownBy(() -> Fault.conflict(Duration.ofSeconds(-1))).hasMessageContaining("give a time of 0");
        assertThatThrownBy(() -> Fault.conflict(Duration.ZERO).onMethods("getMe"))
                .hasMessage("only getUpdates gets conflicts");
    }

    @Test
    void aConflictWithNobodyDisturbsNoOtherPoll() {
        faults.add(Fault.conflict(Duration.ofSeconds(5)).times(1));
        var lost = scene.send(bot, "getUpdates", "timeout", "50");
        var other = scene.send(bot, "getUpdates", "timeout", "50");
        scene.seconds(5);
        assertThat(lost).isDone();
        assertThat(other).isNotDone();
        say("one");
        scene.seconds(1);
        assertThat(Scene.ok(Scene.now(other))).hasSize(1);
    }

    @Test
    void tooManyRequestsSayWhenToComeBack() {
        faults.add(Fault.tooManyRequests(17));
        assertThat(Scene.now(post())).isEqualTo(new Reply.Failure(429, "Too Many Requests: retry after 17", 17, null));
    }

    @Test
    void theWebFrontAnswersInHtml() {
        faults.add(Fault.badGateway());
        assertThat(Scene.now(post())).isInstanceOfSatisfying(Reply.Raw.class, page -> {
            assertThat(page.status()).isEqualTo(502);
            assertThat(page.contentType()).isEqualTo("text/html");
            assertThat(page.body()).startsWith("<html>").contains("<title>502 Bad Gateway</title>");
        });
        assertThat(posts()).isZero();
    }

    @Test
    void aLostReplyLeavesThePostBehind() {
        faults.add(Fault.loseReply());
        assertThat(Scene.now(post())).isEqualTo(new Reply.Closed(false));
        assertThat(posts()).isOne();
    }

    @Test
    void aDuplicatePostsTwiceAndAnswersOnce() {
        faults.add(Fault.duplicate());
        assertThat(Scene.id(Scene.ok(Scene.now(post())))).isEqualTo(2);
        assertThat(posts()).isEqualTo(2);
    }

    @Test
    void aResetComesBeforeAnythingHappens() {
        faults.add(Fault.reset());
        assertThat(Scene.now(post())).isEqualTo(new Reply.Closed(true));
        assertThat(posts()).isZero();
    }

    @Test
    void aResetMidPollLosesNoUpdate() {
        faults.add(Fault.resetAfter(Duration.ofSeconds(5)).times(1));
        var poll = scene.send(bot, "getUpdates", "timeout", "50", "offset", "1");
        scene.seconds(5);
        assertThat(Scene.now(poll)).isEqualTo(new Reply.Closed(true));
        say("hi");
        scene.seconds(1);
        assertThat(scene.updates(bot)).hasSize(1);
    }

    @Test
    void anAnswerBeforeTheResetGetsThrough() {
        faults.add(Fault.resetAfter(Duration.ofSeconds(5)));
        var poll = scene.send(bot, "getUpdates", "timeout", "50");
        say("hi");
        scene.seconds(9);
        assertThat(Scene.ok(Scene.now(poll))).hasSize(1);
    }

    @Test
    void aSlowAnswerComesAfterItsEffectAndALateOneWithIt() {
        faults.add(Fault.slow(Duration.ofSeconds(2)).times(1));
        faults.add(Fault.late(Duration.ofSeconds(4)).times(1));
        var slow = post();
        var late = post();
        assertThat(posts()).isOne();
        assertThat(slow).isNotDone();
        scene.seconds(2);
        assertThat(slow).isDone();
        scene.seconds(2);
        assertThat(posts()).isEqualTo(2);
        assertThat(Scene.id(Scene.ok(Scene.now(late)))).isEqualTo(3);
    }

    @Test
    void aBlackHoleNeverAnswers() {
        faults.add(Fault.swallow().times(1));
        faults.add(Fault.silence().times(1));
        var before = post();
        var after = post();
        scene.seconds(86_400);
        assertThat(before).isNotDone();
        assertThat(after).isNotDone();
        assertThat(posts()).isOne();
    }

    @Test
    void anUpdateComesAgainWhenItsConfirmationIsLost() {
        say("a");
        int id = scene.updates(bot).get(0).get("update_id").asInt();
        faults.add(Fault.redeliver().times(1));
        var next = Scene.text(id + 1);
        assertThat(scene.ok(bot, "getUpdates", "offset", next)).hasSize(1);
        assertThat(scene.ok(bot, "getUpdates", "offset", next)).isEmpty();
    }

    @Test
    void updateIdsJumpOnceNothingWaits() {
        say("a");
        int id = scene.updates(bot).get(0).get("update_id").asInt();
        faults.add(Fault.jumpUpdateIds());
        scene.ok(bot, "getMe");
        say("b");
        assertThat(scene.updates(bot).get(1).get("update_id").asInt()).isEqualTo(id + 1);
        scene.ok(bot, "getUpdates", "offset", Scene.text(id + 2));
        say("c");
        assertThat(Math.abs(scene.updates(bot).get(0).get("update_id").asInt() - id))
                .isGreaterThan(100);
        assertThat(faults.report().getFirst().isSpent()).isTrue();
    }

    @Test
    void aRevokedTokenEndsTheWaitingPollToo() {
        var poll = scene.send(bot, "getUpdates", "timeout", "50");
        faults.add(Fault.revokeToken().onMethods("sendMessage"));
        assertThat(Scene.refusal(Scene.now(post()))).isEqualTo("401 Unauthorized");
        assertThat(Scene.refusal(Scene.now(poll))).isEqualTo("401 Unauthorized");
        assertThat(scene.refusal(bot, "getMe")).isEqualTo("401 Unauthorized");
    }

    @Test
    void aFaultStrikesTheNthCallSoManyTimes() {
        faults.add(Fault.refuse(500, "no").skipping(2).times(2));
        var outcome = new StringBuilder();
        for (int i = 0; i < 6; i++) outcome.append(Scene.now(post()) instanceof Reply.Ok ? '+' : '-');
        assertThat(outcome).hasToString("++--++");
        var report = faults.report().getFirst();
        assertThat(report.struck()).isEqualTo(2);
        assertThat(report.matched()).isEqualTo(6);
        assertThat(report.last()).isEqualTo(Scene.START);
    }

    @Test
    void aFaultKnowsItsBotChatAndEnd() {
        var other = scene.world.addBot("b_bot");
        long id = faults.add(
                Fault.refuse(500, "no").ofBot(bot.id()).inChat(channel.id()).until(Scene.START.plusSeconds(10)));
        scene.ok(bot, "getMe");
        scene.refusal(other, "sendMessage", "chat_id", Scene.text(channel.id()), "text", "x");
        assertThat(Scene.now(post())).isInstanceOf(Reply.Failure.class);
        scene.seconds(10);
        assertThat(Scene.now(post())).isInstanceOf(Reply.Ok.class);
        assertThat(faults.remove(id)).isTrue();
        assertThat(faults.remove(id)).isFalse();
    }

    @Test
    void chanceFollowsFromTheSeed() {
        assertThat(luck(5))
                .isEqualTo(luck(5))
                .isNotEqualTo(luck(6))
                .contains("+")
                .contains("-");
    }

    private static String luck(long seed) {
        var scene = new Scene(WorldOptions.defaults(), seed);
        var bot = scene.world.addBot("a_bot");
        scene.world.faults().add(Fault.refuse(500, "no").withProbability(0.3));
        var luck = new StringBuilder();
        for (int i = 0; i < 100; i++) luck.append(scene.call(bot, "getMe") instanceof Reply.Ok ? '+' : '-');
        return luck.toString();
    }

    @Test
    void theFirstOfSeveralStrikesAndTheRecordNamesIt() {
        faults.add(Fault.refuse(500, "first").times(1));
        long second = faults.add(Fault.refuse(502, "second"));
        assertThat(Scene.refusal(Scene.now(post()))).isEqualTo("500 first");
        assertThat(faults.report().getLast().matched()).isZero();
        assertThat(Scene.refusal(Scene.now(post()))).isEqualTo("502 second");
        assertThat(scene.world.calls().list(CallFilter.all()).getLast().faults())
                .containsExactly(second);
        faults.clear();
        assertThat(Scene.now(post())).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void whatMakesNoSenseIsRefusedInOneLine() {
        assertThatThrownBy(() -> Fault.reset().onMethods("sendNonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no method sendNonsense");
        assertThatThrownBy(() -> Fault.refuse(200, "fine")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.reset().withProbability(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
