package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecorderTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final VirtualClock clock = new VirtualClock(START);
    private final World world = new World(WorldOptions.defaults(), clock, 1);
    private final List<String> told = new ArrayList<>();
    private final BotAccount bot = world.addBot("echo_bot");
    private final Person person = world.addUser("Ann", null);

    private void record() {
        world.record(new Recorder() {
            @Override
            public void called(Instant at, Call call, @Nullable Reply reply) {
                told.add(Duration.between(START, at).toSeconds() + " " + call.method() + " "
                        + (reply instanceof Reply.Ok ? "ok" : String.valueOf(reply)));
            }

            @Override
            public void polled(Instant at, Polled polled) {
                told.add(polled.updateOffset() + " " + polled.limit() + " " + polled.allowedUpdates());
            }

            @Override
            public void delivered(Instant at, long botId, int updateId) {
                told.add("delivered to " + botId);
            }

            @Override
            public void webhookFailed(Instant at, long botId, String message) {
                told.add("webhook of " + botId + ": " + message);
            }

            @Override
            public void webhookLost(Instant at, long botId) {
                told.add("webhook of " + botId + " lost");
            }

            @Override
            public void jumped(Instant at, long botId) {
                told.add("ids of " + botId + " jump");
            }

            @Override
            public void revoked(Instant at, long botId) {
                told.add("token of " + botId + " revoked");
            }
        });
    }

    private void call(String method, String... arguments) {
        var unused = world.call(new Call(bot.token(), false, method, Arguments.of(arguments)));
    }

    @Test
    void whatWebhooksDeliverAndThatTheyAreLostIsTold() {
        var posts = new ArrayList<WebhookPost>();
        world.webhooks().carrier(new WebhookCarrier() {
            @Override
            public void resolve(long lookupId, String host) {
                world.webhooks().unresolved(lookupId, "no such name");
            }

            @Override
            public void post(WebhookPost post) {
                posts.add(post);
            }
        });
        world.people().say(person.id(), bot.id(), Outgoing.text("hi"));
        record();
        call("setWebhook", "url", "https://8.8.8.8/");
        world.webhooks().answered(posts.getLast().connectionId(), WebhookAnswer.ok());
        world.webhooks().closed(posts.getLast().connectionId(), "Connection refused");
        clock.moveTo(START.plusSeconds(2));
        call("setWebhook", "url", "https://bot.example.org/");
        assertThat(told)
                .containsExactly(
                        "0 getMe null",
                        "0 setWebhook ok",
                        "delivered to " + bot.id(),
                        "webhook of " + bot.id() + ": Connection refused",
                        "2 setWebhook null",
                        "webhook of " + bot.id() + " lost");
    }

    @Test
    void whatMayChangeTheWorldIsToldAndNothingElse() {
        record();
        call("getMe");
        call("getMe");
        call("getChat", "chat_id", "1");
        clock.moveTo(START.plusSeconds(5));
        call("sendMessage", "chat_id", Long.toString(person.id()), "text", "hello");
        call("noSuchMethod");
        assertThat(told)
                .containsExactly(
                        "0 getMe null", // the first call of a bot starts its instance
                        "5 sendMessage Failure[code=400, description=Bad Request: chat not found, retryAfter=null,"
                                + " migrateToChatId=null]");
    }

    @Test
    void aPollIsToldForWhatItChangedOnly() {
        world.people().say(person.id(), bot.id(), Outgoing.text("one"));
        record();
        call("getUpdates");
        call("getUpdates", "offset", "-1", "allowed_updates", "[\"message\"]");
        call("getUpdates", "offset", "-1", "allowed_updates", "[\"message\"]");
        assertThat(told).containsExactly("0 getMe null", "0 0 [\"message\"]");
        told.clear();
        call("getUpdates", "offset", "2000000000");
        assertThat(told).isEmpty();
        clock.moveTo(START.plus(Duration.ofDays(2)));
        call("getUpdates", "offset", "0", "limit", "7");
        assertThat(told).containsExactly("0 7 ");
    }

    @Test
    void whatFaultsDoForGoodIsTold() {
        call("getMe");
        world.faults().add(Fault.jumpUpdateIds().times(1));
        world.faults().add(Fault.revokeToken());
        record();
        call("getMe");
        call("getMe");
        assertThat(told).containsExactly("ids of " + bot.id() + " jump", "token of " + bot.id() + " revoked");
    }

    @Test
    void anUploadThatChangesNothingIsToldBecauseItWaitsInLine() {
        call("getMe");
        record();
        var file = new Upload("file", "a", "", Blob.of(new byte[9]));
        var arguments = Arguments.builder().add(file).build();
        var unused = world.call(new Call(bot.token(), false, "getUpdates", arguments));
        assertThat(told).containsExactly("0 getMe null");
    }

    @Test
    void whatNobodyWouldRecordIsRefused() {
        record();
        assertThatThrownBy(() -> world.addUser("Bob", null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("control API");
        assertThat(world.together(() -> world.addUser("Bob", null)).firstName()).isEqualTo("Bob");
        assertThat(world.stateJson(false)).contains("Bob");
    }

    @Test
    void withinOneActTimeStandsStill() {
        world.together(() -> {
            var then = world.now();
            clock.moveTo(START.plusSeconds(60));
            world.addUser("Bob", null);
            assertThat(world.now()).isEqualTo(then).isEqualTo(START);
            return then;
        });
        assertThat(world.now()).isEqualTo(START.plusSeconds(60));
    }
}
