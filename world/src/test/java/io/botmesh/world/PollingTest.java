package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollingTest {
    private static final String OTHER =
            "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("poller_bot");
    private final Person ann = scene.world.addUser("Ann", null);

    private void say(String text) {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text(text));
    }

    private CompletableFuture<Reply> poll(String... namesAndValues) {
        return scene.send(bot, "getUpdates", namesAndValues);
    }

    private static int count(CompletableFuture<Reply> poll) {
        return Scene.ok(Scene.now(poll)).size();
    }

    @Test
    void pendingUpdatesAreAnsweredAtOnce() {
        say("one");
        say("two");
        assertThat(count(poll("timeout", "50"))).isEqualTo(2);
    }

    @Test
    void withoutATimeoutAnEmptyAnswerComesAtOnce() {
        assertThat(Scene.raw(Scene.now(poll()))).isEqualTo("[]");
    }

    @Test
    void aLongPollEndsEmptyWhenItsTimeIsOver() {
        var poll = poll("timeout", "20");
        scene.advance(Duration.ofMillis(19_999));
        assertThat(poll).isNotDone();
        scene.advance(Duration.ofMillis(1));
        assertThat(Scene.raw(Scene.now(poll))).isEqualTo("[]");
    }

    @Test
    void aTimeoutIsAtMostFiftySeconds() {
        var poll = poll("timeout", "3600");
        scene.seconds(49);
        assertThat(poll).isNotDone();
        scene.seconds(1);
        assertThat(poll).isDone();
    }

    @Test
    void anUpdateEndsALongPollAfterOneMillisecond() {
        var poll = poll("timeout", "50");
        scene.seconds(7);
        say("hi");
        assertThat(poll).isNotDone();
        scene.advance(Duration.ofMillis(1));
        assertThat(count(poll)).isEqualTo(1);
    }

    @Test
    void updatesThatFollowAtOnceShareTheAnswerButNeverHoldItForMoreThanTwoMilliseconds() {
        var poll = poll("timeout", "50");
        say("a");
        for (int i = 0; i < 3; i++) {
            scene.advance(Duration.ofNanos(600_000));
            say("b");
        }
        scene.advance(Duration.ofNanos(200_000));
        assertThat(count(poll)).isEqualTo(4);
    }

    @Test
    void theLimitIsClampedToOneAndAHundred() {
        for (int i = 0; i < 120; i++) say("m" + i);
        assertThat(count(poll("limit", "0"))).isEqualTo(1);
        scene.seconds(4);
        assertThat(count(poll("limit", "-7"))).isEqualTo(1);
        scene.seconds(4);
        assertThat(count(poll("limit", "1000"))).isEqualTo(100);
        scene.seconds(4);
        assertThat(count(poll("limit", "garbage"))).isEqualTo(1);
        scene.seconds(4);
        assertThat(count(poll("limit", ""))).isEqualTo(100);
    }

    @Test
    void theSameOffsetWithinHalfASecondGetsOneUpdateOnly() {
        say("a");
        say("b");
        assertThat(count(poll())).isEqualTo(2);
        scene.advance(Duration.ofMillis(499));
        assertThat(count(poll())).isEqualTo(1);
        scene.advance(Duration.ofMillis(500));
        assertThat(count(poll())).isEqualTo(2);
    }

    @Test
    void theSameOffsetWithinThreeSecondsWaitsThreeSeconds() {
        assertThat(poll()).isDone();
        scene.advance(Duration.ofMillis(2_999));
        var damped = poll();
        assertThat(damped).isNotDone();
        scene.seconds(3);
        assertThat(damped).isDone();
        assertThat(poll()).as("3 s after the start of the one before").isDone();
    }

    @Test
    void anotherOffsetIsNotDamped() {
        assertThat(poll("offset", "0")).isDone();
        assertThat(poll("offset", "5")).isDone();
        assertThat(poll("offset", "0")).isDone();
    }

    @Test
    void aSecondWaitingPollEndsTheFirst() {
        var first = poll("timeout", "50");
        var second = poll("timeout", "50", "offset", "1");
        assertThat(Scene.refusal(Scene.now(first))).isEqualTo(OTHER);
        assertThat(second).isNotDone();
    }

    @Test
    void aFurtherConflictWithinThreeSecondsIsAnsweredThreeSecondsLate() {
        var first = poll("timeout", "50", "offset", "1");
        var second = poll("timeout", "50", "offset", "2");
        assertThat(first).isDone();
        scene.seconds(2);
        var third = poll("timeout", "50", "offset", "3");
        assertThat(second).isNotDone();
        scene.advance(Duration.ofMillis(2_999));
        assertThat(second).isNotDone();
        scene.advance(Duration.ofMillis(1));
        assertThat(Scene.refusal(Scene.now(second))).isEqualTo(OTHER);
        assertThat(third).isNotDone();
    }

    @Test
    void aPollThatNeedNotWaitLeavesTheWaitingOneAlone() {
        var waiting = poll("timeout", "50", "offset", "1");
        assertThat(poll("timeout", "0", "offset", "2")).isDone();
        assertThat(waiting).isNotDone();
    }

    @Test
    void twoPollersGetTheSameUnconfirmedUpdates() {
        say("a");
        assertThat(Scene.raw(Scene.now(poll()))).isEqualTo(Scene.raw(Scene.now(poll("offset", "-5"))));
    }

    @Test
    void confirmationHappensWhenTheCallArrivesEvenIfItThenWaits() {
        say("a");
        int id = Scene.ok(Scene.now(poll())).get(0).get("update_id").asInt();
        var waiting = poll("offset", Scene.text(id + 1), "timeout", "50");
        assertThat(waiting).isNotDone();
        assertThat(scene.ok(bot, "getWebhookInfo").get("pending_update_count").asInt())
                .isZero();
    }

    @Test
    void aDayOldMessageIsNotDelivered() {
        say("old");
        scene.seconds(86_401);
        assertThat(count(poll())).isZero();
    }

    @Test
    void allowedUpdatesFilterWhenAnUpdateIsMade() {
        say("kept");
        scene.ok(bot, "getUpdates", "allowed_updates", "[\"channel_post\"]");
        say("lost");
        scene.seconds(4);
        assertThat(count(poll("allowed_updates", "[\"MESSAGE\"]"))).isEqualTo(1);
        say("seen");
        var updates = scene.updates(bot);
        assertThat(updates.toString()).contains("kept", "seen").doesNotContain("lost");
        assertThat(updates.get(1).get("update_id").asInt())
                .as("what is not wanted takes no id")
                .isEqualTo(updates.get(0).get("update_id").asInt() + 1);
    }

    @Test
    void allowedUpdatesThatSayNothingKeepWhatWas() {
        scene.ok(bot, "getUpdates", "allowed_updates", "[\"channel_post\"]");
        for (var nothing : List.of("", "null", "{}", "[1]", "garbage")) {
            scene.seconds(4);
            scene.ok(bot, "getUpdates", "allowed_updates", nothing);
            assertThat(scene.ok(bot, "getWebhookInfo").get("allowed_updates").toString())
                    .as(nothing)
                    .isEqualTo("[\"channel_post\"]");
        }
        scene.seconds(4);
        scene.ok(bot, "getUpdates", "allowed_updates", "[\"nonsense\"]");
        assertThat(scene.ok(bot, "getWebhookInfo").has("allowed_updates")).isFalse();
    }

    @Test
    void deletingTheWebhookMayDropWhatIsPending() {
        say("a");
        assertThat(scene.call(bot, "deleteWebhook")).isEqualTo(new Reply.Ok("true", "Webhook is already deleted"));
        assertThat(scene.raw(bot, "getWebhookInfo"))
                .isEqualTo("{\"url\":\"\",\"has_custom_certificate\":false,\"pending_update_count\":1}");
        scene.ok(bot, "deleteWebhook", "drop_pending_updates", "True");
        assertThat(scene.ok(bot, "getWebhookInfo").get("pending_update_count").asInt())
                .isZero();
    }

    @Test
    void revokingTheTokenEndsTheWaitingPollAndAllLaterCalls() {
        var waiting = poll("timeout", "50");
        scene.world.revoke(bot.token());
        assertThat(Scene.refusal(Scene.now(waiting))).isEqualTo("401 Unauthorized");
        assertThat(scene.refusal(bot, "getMe")).isEqualTo("401 Unauthorized");
    }

    @Test
    void theListenerHearsOfEarlierDeadlinesOnly() {
        scene.world.tick();
        var heard = new AtomicInteger();
        scene.world.onEarlierDeadline(heard::incrementAndGet);
        var waiting = poll("timeout", "50", "offset", "1");
        assertThat(heard).hasValue(1);
        assertThat(poll("timeout", "0", "offset", "2")).isDone();
        assertThat(heard).hasValue(1);
        say("wake up");
        assertThat(heard).hasValue(2);
        assertThat(waiting).isNotDone();
    }
}
