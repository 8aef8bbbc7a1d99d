package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CallsTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("a_bot");
    private final Channel channel = scene.world.addChannel("c", "the_channel", List.of(Admin.full(bot.id())));
    private final Calls calls = scene.world.calls();

    private void post(BotAccount by, String text) {
        scene.ok(by, "sendMessage", "chat_id", Scene.text(channel.id()), "text", text);
    }

    @Test
    void aCallIsKeptWithItsArgumentsAndItsAnswer() {
        scene.seconds(7);
        post(bot, "hello");
        var call = calls.list(CallFilter.all()).getLast();
        assertThat(call.sequence()).isEqualTo(calls.last());
        assertThat(call.at()).isEqualTo(Scene.START.plusSeconds(7));
        assertThat(call.botId()).isEqualTo(bot.id());
        assertThat(call.method()).isEqualTo("sendMessage");
        assertThat(call.chatId()).isEqualTo(channel.id());
        assertThat(call.argument("text")).isEqualTo("hello");
        assertThat(call.isOk()).isTrue();
        assertThat(call.reply())
                .isInstanceOfSatisfying(
                        Reply.Ok.class, ok -> assertThat(ok.resultJson()).contains("\"text\":\"hello\""));
        assertThat(call.duration()).isZero();
    }

    @Test
    void theyAreToldApartByBotMethodChatOutcomeAndAge() {
        var other = scene.world.addBot("b_bot");
        post(bot, "a");
        long before = calls.last();
        scene.ok(other, "GETME");
        scene.refusal(other, "sendMessage", "chat_id", "@the_channel", "text", "b");
        assertThat(calls.list(CallFilter.all().withBot(other.id()))).hasSize(2);
        assertThat(calls.list(CallFilter.all().withMethod("getme"))).hasSize(1);
        assertThat(calls.list(CallFilter.all().withChat(channel.id()))).hasSize(2);
        assertThat(calls.list(CallFilter.all().withOk(false)))
                .singleElement()
                .satisfies(call -> assertThat(call.method()).isEqualTo("sendMessage"));
        assertThat(calls.list(CallFilter.all().withAfter(before)))
                .extracting(RecordedCall::sequence)
                .containsExactly(before + 1, before + 2);
        assertThat(calls.list(CallFilter.all().withMost(1)))
                .extracting(RecordedCall::sequence)
                .containsExactly(before + 2);
    }

    @Test
    void aFileIsNamedAndItsBytesAreNotKept() {
        scene.document(bot, channel.id(), "a.bin", new byte[3]);
        assertThat(calls.list(CallFilter.all()).getLast().argument("document")).isEqualTo("a.bin (3 bytes)");
    }

    @Test
    void noTokenShows() {
        scene.call(bot, "setWebhook", "url", "https://example.org/" + bot.token(), "secret_token", "my-secret");
        scene.ok(bot, "sendMessage", "chat_id", Scene.text(channel.id()), "text", "it is " + bot.token());
        var secret = bot.token().substring(bot.token().indexOf(':') + 1);
        assertThat(calls.list(CallFilter.all()).toString())
                .contains("it is " + bot.id() + ":***")
                .doesNotContain(secret, "my-secret");
        assertThat(calls.listJson(CallFilter.all())).doesNotContain(secret, "my-secret");
    }

    @Test
    void aCallThatWaitsHasNoAnswerYet() {
        scene.ok(bot, "deleteWebhook", "drop_pending_updates", "true");
        var poll = scene.send(bot, "getUpdates", "timeout", "50");
        assertThat(calls.list(CallFilter.all()).getLast().reply()).isNull();
        scene.seconds(50);
        assertThat(poll).isDone();
        assertThat(calls.list(CallFilter.all()).getLast().duration()).isEqualTo(Duration.ofSeconds(50));
    }

    @Test
    void onlySoManyOfTheLatestAreKept() {
        var small = new Scene(WorldOptions.defaults().withRecordedCalls(3));
        var one = small.world.addBot("one_bot");
        for (int i = 0; i < 5; i++) small.ok(one, "getMe");
        assertThat(small.world.calls().list(CallFilter.all()))
                .extracting(RecordedCall::sequence)
                .containsExactly(3L, 4L, 5L);
        var none = new Scene(WorldOptions.defaults().withRecordedCalls(0));
        none.ok(none.world.addBot("two_bot"), "getMe");
        assertThat(none.world.calls().list(CallFilter.all())).isEmpty();
    }

    @Test
    void longTextsPushOutOldCallsEarlier() {
        var text = "x".repeat(1 << 20);
        for (int i = 0; i < 40; i++) scene.call(bot, "sendMessage", "chat_id", Scene.text(channel.id()), "text", text);
        assertThat(calls.list(CallFilter.all())).hasSize(15);
        calls.clear();
        assertThat(calls.list(CallFilter.all())).isEmpty();
        assertThat(calls.last()).isEqualTo(40);
    }

    @Test
    void ofALongResultOnlyTheLengthIsKept() {
        var text = "x".repeat(4_000);
        var owner = scene.world.addUser("Ann", null);
        for (int i = 0; i < 5; i++) scene.world.people().say(owner.id(), bot.id(), Outgoing.text(text));
        int length = scene.raw(bot, "getUpdates", "offset", "-5").length();
        assertThat(length).isGreaterThan(20_000);
        var reply = calls.list(CallFilter.all()).getLast().reply();
        assertThat(reply).isEqualTo(new Reply.Ok("{\"omitted_characters\":" + length + "}"));
    }

    @Test
    void theyComeAsJsonToo() {
        scene.ok(bot, "getMe");
        scene.refusal(bot, "sendMessage", "text", "ü\"");
        var json = Scene.json(calls.listJson(CallFilter.all()));
        assertThat(json.get(0).get("result").get("id").asLong()).isEqualTo(bot.id());
        assertThat(json.get(1).toString())
                .isEqualTo("{\"sequence\":2,\"at\":\"2026-01-01T00:00:00Z\",\"bot\":" + bot.id()
                        + ",\"method\":\"sendMessage\",\"arguments\":{\"text\":\"ü\\\"\"},\"ok\":false,\"error_code\":400,"
                        + "\"description\":\"Bad Request: chat_id is empty\",\"duration_ms\":0}");
    }

    @Test
    void whoIsTurnedAwayIsKeptAsNobody() {
        var stranger = new Call("123456:FAKE-token-for-tests-only-000000000", false, "getMe", Arguments.none());
        assertThat(scene.world.call(stranger)).isDone();
        var call = calls.list(CallFilter.all()).getLast();
        assertThat(call.botId()).isZero();
        assertThat(call.reply()).isEqualTo(new Reply.Failure(401, "Unauthorized"));
    }

    /** Looked up one by one, they would hold up the whole world for minutes. */
    @Test
    @Timeout(60)
    void aHundredThousandArgumentsAreKeptInOneWalk() {
        var arguments = Arguments.builder();
        for (int i = 0; i < 100_000; i++) arguments.add("a" + i, "1").add("a" + i, "2");
        assertThat(scene.ok(bot, "getMe", arguments.build()).has("id")).isTrue();
        var kept = scene.world.calls().list(CallFilter.all()).getLast().arguments();
        assertThat(kept).hasSize(100_000).containsEntry("a99999", "1");
    }
}
