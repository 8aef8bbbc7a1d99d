package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How updates get to a bot's own server. */
class WebhookTest {
    private static final WebhookAnswer OK = WebhookAnswer.ok();
    private static final WebhookAnswer ERROR = WebhookAnswer.of(500, "Internal Server Error");

    private final WebhookScene hook = new WebhookScene();
    private final Scene scene = hook.scene;
    private final BotAccount bot = hook.bot;

    @Test
    void anUpdateIsPostedWithTheServersHeadersInItsOrder() {
        assertThat(scene.call(
                        bot,
                        "setWebhook",
                        "url",
                        "HTTPS://me:pass@Bot.Example.org:8443/a b/\u00fc?x=1#part",
                        "secret_token",
                        "s3cret"))
                .isEqualTo(new Reply.Ok("true", "Webhook was set"));
        hook.say("hi");
        var post = hook.posts.remove();
        var text = new String(post.toBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(text)
                .startsWith("POST /a%20b/%C3%BC?x=1 HTTP/1.1\r\nHost: bot.example.org\r\n"
                        + "Authorization: Basic bWU6cGFzcw==\r\nX-Telegram-Bot-Api-Secret-Token: s3cret\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + post.body().length
                        + "\r\nConnection: keep-alive\r\nAccept-Encoding: gzip, deflate\r\n\r\n{\"update_id\":"
                        + post.updateId() + ",\n\"message\":{\"message_id\":1,")
                .endsWith("}}");
        assertThat(post.toString()).doesNotContain("s3cret", "hi");
        assertThat(hook.open.get(post.connectionId())).satisfies(connection -> {
            assertThat(connection.tls()).isTrue();
            assertThat(connection.host()).isEqualTo("bot.example.org");
            assertThat(connection.port()).isEqualTo(8443);
            assertThat(connection.ipAddress()).isEqualTo("8.8.8.8");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 299})
    void success(int status) {
        hook.set();
        hook.say("x");
        hook.answer(WebhookAnswer.of(status, "Fine"));
        assertThat(hook.pending()).isZero();
        assertThat(hook.info().has("last_error_message")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {199, 300, 301, 302, 400, 404, 502})
    void anythingElseIsAFailureAndNoRedirectIsFollowed(int status) {
        hook.set();
        hook.say("x");
        var first = hook.answer(WebhookAnswer.of(status, "Why"));
        assertThat(hook.pending()).isOne();
        assertThat(hook.info().get("last_error_message").asString())
                .isEqualTo("Wrong response from the webhook: " + status + " Why");
        assertThat(hook.posts.element().updateId()).isEqualTo(first.updateId());
    }

    @Test
    void ofEachChatOneUpdateIsOnItsWayAndOtherChatsDoNotWait() {
        hook.set().works();
        long ann = hook.say("a1");
        hook.say(ann, "a2");
        hook.say("b1");
        assertThat(hook.texts()).containsExactly("a1", "b1");
        hook.answer(ERROR);
        assertThat(hook.texts()).as("the failed one again, not the next").containsExactly("b1", "a1");
        hook.answer(OK);
        hook.answer(OK);
        assertThat(hook.texts()).containsExactly("a2");
    }

    @Test
    void whatAPersonPressesDoesNotWaitForWhatItSays() {
        hook.set().works();
        long ann = hook.say("hello");
        hook.answer(OK);
        var sent = scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                Scene.text(ann),
                "text",
                "choose",
                "reply_markup",
                "{\"inline_keyboard\":[[{\"text\":\"A\",\"callback_data\":\"a\"}]]}");
        hook.say(ann, "slow");
        scene.world.people().press(ann, bot.id(), Scene.id(sent), "a");
        assertThat(hook.posts).hasSize(2);
        assertThat(WebhookScene.body(hook.posts.getLast()).has("callback_query"))
                .isTrue();
    }

    @Test
    void laterUpdatesOfOtherChatsAreConfirmedFirst() {
        hook.set().works();
        hook.say("stuck");
        hook.say("free");
        var stuck = hook.posts.remove();
        hook.answer(OK);
        assertThat(hook.pending()).isOne();
        scene.ok(bot, "deleteWebhook");
        var left = scene.updates(bot);
        assertThat(left).hasSize(1);
        assertThat(left.get(0).get("update_id").asInt()).isEqualTo(stuck.updateId());
    }

    @Test
    void asManyAreOnTheirWayAsThereMayBeConnections() {
        hook.set("max_connections", "3").works();
        for (int i = 0; i < 10; i++) hook.say("m" + i);
        assertThat(hook.texts()).containsExactly("m0", "m1", "m2");
        assertThat(hook.open).hasSize(3);
        hook.answer(OK);
        assertThat(hook.texts()).containsExactly("m1", "m2", "m3");
    }

    @Test
    void atMostTwiceAsManyChatsAreTakenUpAsThereMayBeConnections() {
        hook.set("max_connections", "2").works();
        for (int i = 0; i < 4; i++) hook.say("stuck");
        hook.say("free");
        // All four fail often enough to wait for a while; the fifth chat is not even looked at.
        for (int round = 0; round < 30; round++) {
            while (!hook.posts.isEmpty()) {
                assertThat(hook.texts()).containsOnly("stuck");
                hook.answer(ERROR);
            }
            scene.seconds(1);
        }
        while (!hook.posts.isEmpty() || hook.pending() > 1) {
            if (hook.posts.isEmpty()) scene.seconds(10);
            else if (hook.texts().getFirst().equals("free")) break;
            else hook.answer(OK);
        }
        assertThat(hook.texts()).contains("free");
    }

    @Test
    void aFailureIsRepeatedAtOnceThenAfterTwiceTheTimeEachTime() {
        hook.set().works();
        hook.say("x");
        var waits = new ArrayList<Long>();
        for (int i = 0; i < 9; i++) {
            hook.answer(ERROR);
            long from = scene.world.now().toEpochMilli();
            while (hook.posts.isEmpty()) scene.advance(Duration.ofMillis(500));
            waits.add((scene.world.now().toEpochMilli() - from) / 1000);
        }
        assertThat(waits.subList(0, 6)).containsExactly(0L, 2L, 4L, 8L, 16L, 32L);
        assertThat(waits.subList(6, 9)).allSatisfy(wait -> assertThat(wait).isBetween(60L, 120L));
    }

    @Test
    void theReceiverMaySayWhenItWantsItAgain() {
        hook.set();
        hook.say("x");
        hook.answer(new WebhookAnswer(503, "Busy", 100, true, Arguments.none()));
        scene.seconds(99);
        assertThat(hook.posts).isEmpty();
        scene.seconds(1);
        assertThat(hook.posts).hasSize(1);
        hook.answer(new WebhookAnswer(503, "Busy", 1_000_000, true, Arguments.none()));
        scene.seconds(3599);
        assertThat(hook.posts).isEmpty();
        scene.seconds(1);
        assertThat(hook.posts).hasSize(1);
    }

    @Test
    void whatWouldBeTooOldByThenIsDropped() {
        hook.set();
        long ann = hook.say("old");
        var busy = new WebhookAnswer(503, "Busy", 3600, true, Arguments.none());
        for (int hour = 0; hour < 24; hour++) {
            hook.answer(busy);
            scene.seconds(3600);
        }
        assertThat(hook.pending()).isOne();
        hook.say(ann, "next");
        hook.answer(busy);
        assertThat(hook.texts()).containsExactly("next");
        assertThat(hook.pending()).isOne();
    }

    @Test
    void whoIsGoneForADayLosesItsWebhook() {
        hook.set();
        hook.say("x");
        for (int i = 0; i < 24; i++) {
            hook.answer(new WebhookAnswer(410, "Gone", 3500, true, Arguments.none()));
            assertThat(hook.info().get("url").asString()).isNotEmpty();
            scene.seconds(3500);
        }
        hook.answer(new WebhookAnswer(410, "Gone", 1, true, Arguments.none()));
        assertThat(scene.raw(bot, "getWebhookInfo"))
                .isEqualTo("{\"url\":\"\",\"has_custom_certificate\":false,\"pending_update_count\":1}");
        assertThat(hook.open).isEmpty();
    }

    @Test
    void goneOnceInAWhileIsNotGone() {
        hook.set();
        hook.say("x");
        hook.answer(new WebhookAnswer(410, "Gone", 3600, true, Arguments.none()));
        scene.seconds(3600);
        hook.answer(new WebhookAnswer(500, "Error", 3600, true, Arguments.none()));
        scene.seconds(3600 * 22);
        if (hook.posts.isEmpty()) hook.say("y");
        hook.answer(new WebhookAnswer(410, "Gone", 3600, true, Arguments.none()));
        assertThat(hook.info().get("url").asString()).isNotEmpty();
    }

    @Test
    void untilItWorksThereIsOneConnectionAndANewOneEveryTwoSeconds() {
        hook.set();
        for (int i = 0; i < 5; i++) hook.say("m" + i);
        assertThat(hook.posts).hasSize(1);
        hook.breakOff("Connection refused");
        assertThat(hook.open).isEmpty();
        scene.advance(Duration.ofMillis(1_999));
        assertThat(hook.open).isEmpty();
        scene.advance(Duration.ofMillis(1));
        assertThat(hook.open).hasSize(1);
        assertThat(hook.posts).hasSize(1);
        assertThat(hook.info().get("last_error_message").asString()).isEqualTo("Connection refused");
    }

    @Test
    void onceItWorksTenConnectionsAreMadeInHalfASecond() {
        hook.set().works();
        for (int i = 0; i < 30; i++) hook.say("m" + i);
        assertThat(hook.open).hasSize(11);
        scene.advance(Duration.ofMillis(499));
        assertThat(hook.open).hasSize(11);
        scene.advance(Duration.ofMillis(1));
        assertThat(hook.open).hasSize(21);
        scene.advance(Duration.ofMillis(500));
        assertThat(hook.open).hasSize(30);
        assertThat(hook.posts).hasSize(30);
    }

    @Test
    void aSuccessCountsForTenSeconds() {
        hook.set().works();
        scene.seconds(11);
        for (int i = 0; i < 5; i++) hook.say("m" + i);
        assertThat(hook.open).hasSize(1);
    }

    @Test
    void aBrokenConnectionLosesNothing() {
        hook.set().works();
        hook.say("x");
        hook.breakOff("Read timeout expired");
        assertThat(hook.texts()).containsExactly("x");
        hook.answer(OK);
        assertThat(hook.pending()).isZero();
    }

    @Test
    void anIdleConnectionMayCloseWithoutAWord() {
        hook.set().works();
        long id = hook.open.keySet().iterator().next();
        hook.open.remove(id);
        scene.world.webhooks().closed(id, null);
        assertThat(hook.info().has("last_error_message")).isFalse();
        hook.say("x");
        assertThat(hook.texts()).containsExactly("x");
    }

    @Test
    void aReceiverThatDoesNotKeepConnectionsGetsNewOnes() {
        hook.set().works();
        hook.say("x");
        hook.answer(new WebhookAnswer(200, "OK", 0, false, Arguments.none()));
        hook.say("y");
        assertThat(hook.texts()).containsExactly("y");
        assertThat(hook.opened).isEqualTo(2);
    }

    @Test
    void theNameServerIsAskedAgainAfterHalfAnHour() {
        hook.set().works();
        hook.address = "9.9.9.9";
        scene.seconds(1799);
        assertThat(hook.lookups).hasSize(1);
        scene.seconds(181);
        assertThat(hook.lookups).hasSize(2);
        assertThat(hook.info().get("ip_address").asString()).isEqualTo("9.9.9.9");
        hook.say("on the old connection");
        hook.answer(OK);
        hook.say("on a new one");
        assertThat(hook.open.get(hook.posts.element().connectionId()))
                .extracting(WebhookConnection::ipAddress)
                .isEqualTo("9.9.9.9");
    }

    @Test
    void anAddressThatIsGivenIsNeverLookedUp() {
        hook.set("ip_address", "1.2.3.4");
        scene.seconds(4000);
        assertThat(hook.lookups).isEmpty();
        assertThat(hook.info().get("ip_address").asString()).isEqualTo("1.2.3.4");
    }

    @Test
    void theAnswerMayBeACall() {
        hook.set();
        long ann = hook.say("hi");
        hook.answer(WebhookAnswer.ok(
                Arguments.of("method", "SendMessage", "chat_id", Scene.text(ann), "text", "hello yourself")));
        assertThat(scene.world.people().transcriptJson(ann, bot.id())).contains("hello yourself");
        assertThat(scene.world
                        .calls()
                        .list(CallFilter.all().withMethod("sendMessage"))
                        .getLast()
                        .isOk())
                .isTrue();
        assertThat(hook.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"setWebhook", "DELETEWEBHOOK", "close", "logOut", "getMe", "getUpdates"})
    void someCallsAreIgnoredThere(String method) {
        hook.set();
        hook.say("hi");
        long before = scene.world.calls().last();
        hook.answer(WebhookAnswer.ok(Arguments.of("method", method)));
        assertThat(scene.world.calls().last()).isEqualTo(before);
        assertThat(hook.info().get("url").asString()).isNotEmpty();
    }

    @Test
    void aFailureIsNoCall() {
        hook.set();
        long ann = hook.say("hi");
        hook.answer(new WebhookAnswer(
                500,
                "No",
                0,
                true,
                Arguments.of("method", "sendMessage", "chat_id", Scene.text(ann), "text", "never")));
        assertThat(scene.world.people().transcriptJson(ann, bot.id())).doesNotContain("never");
    }

    @Test
    void newsOfWhatIsOverChangesNothing() {
        hook.set();
        hook.say("hi");
        var post = hook.posts.remove();
        scene.ok(bot, "deleteWebhook");
        scene.world.webhooks().answered(post.connectionId(), OK);
        scene.world.webhooks().closed(post.connectionId(), "late");
        scene.world.webhooks().closed(12345, "never was");
        scene.world.webhooks().resolved(12345, "1.1.1.1");
        assertThat(hook.pending()).isOne();
        assertThat(hook.info().has("last_error_message")).isFalse();
    }

    @Test
    void aThousandChatsGetTheirMessagesInOrder() {
        hook.set("max_connections", "20").works();
        var people = new ArrayList<Long>();
        for (int i = 0; i < 100; i++) people.add(hook.say("0"));
        for (int round = 1; round < 10; round++) for (long person : people) hook.say(person, "" + round);
        var random = new java.util.Random(7);
        var next = new java.util.HashMap<Long, Integer>();
        int arrived = 0;
        while (arrived < 1000) {
            if (hook.posts.isEmpty()) {
                scene.advance(Duration.ofMillis(100));
                continue;
            }
            var post = List.copyOf(hook.posts).get(random.nextInt(hook.posts.size()));
            hook.posts.remove(post);
            if (random.nextInt(10) == 0) {
                scene.world.webhooks().answered(post.connectionId(), ERROR);
                continue;
            }
            long chat = WebhookScene.body(post).at("/message/chat/id").asLong();
            assertThat(WebhookScene.text(post)).isEqualTo("" + next.getOrDefault(chat, 0));
            next.merge(chat, 1, Integer::sum);
            arrived++;
            scene.world.webhooks().answered(post.connectionId(), OK);
        }
        assertThat(hook.pending()).isZero();
    }

    @Test
    void whoWritesWhileAConnectionIsBeingOpenedDoesNotOvertakeIt() throws Exception {
        hook.whileOpening = () -> hook.say("early");
        hook.set();
        assertThat(hook.texts()).containsExactly("early");
        hook.answer(OK);
        assertThat(hook.pending()).isZero();
    }

    @Test
    void whatIsClosedWhileItIsBeingOpenedIsClosedAfterwards() {
        hook.whileOpening = () -> scene.call(bot, "deleteWebhook");
        hook.set();
        assertThat(hook.opened).isOne();
        assertThat(hook.open).isEmpty();
    }
}
