package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A world on a clock that stands still until a test moves it. */
final class Scene {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Instant now = START;
    final World world;

    Scene() {
        this(WorldOptions.defaults());
    }

    Scene(WorldOptions options) {
        this(options, 42);
    }

    Scene(WorldOptions options, long seed) {
        InstantSource clock = () -> now;
        world = new World(options, clock, seed);
    }

    /** Moves on and does what falls due on the way, each thing at its time. */
    void advance(Duration by) {
        var until = now.plus(by);
        for (var next = world.tick(); next != null && !next.isAfter(until); next = world.tick()) {
            if (next.isAfter(now)) now = next;
        }
        now = until;
        world.tick();
    }

    void seconds(long seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    CompletableFuture<Reply> send(BotAccount bot, String method, String... namesAndValues) {
        return send(bot, method, Arguments.of(namesAndValues));
    }

    CompletableFuture<Reply> send(BotAccount bot, String method, Arguments arguments) {
        return world.call(new Call(bot.token(), false, method, arguments));
    }

    /** The reply of a call that is answered at once. */
    Reply call(BotAccount bot, String method, String... namesAndValues) {
        return now(send(bot, method, namesAndValues));
    }

    static Reply now(CompletableFuture<Reply> reply) {
        assertThat(reply).isDone();
        return reply.join();
    }

    /** The result of a call that succeeds at once, held to the schema. */
    JsonNode ok(BotAccount bot, String method, String... namesAndValues) {
        return ok(bot, method, Arguments.of(namesAndValues));
    }

    JsonNode ok(BotAccount bot, String method, Arguments arguments) {
        var result = ok(now(send(bot, method, arguments)));
        SchemaCheck.result(method, result);
        return result;
    }

    String raw(BotAccount bot, String method, String... namesAndValues) {
        return raw(call(bot, method, namesAndValues));
    }

    static String raw(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Ok.class);
        return ((Reply.Ok) reply).resultJson();
    }

    static JsonNode ok(Reply reply) {
        return json(raw(reply));
    }

    /** Code and text of a call that is refused at once. */
    String refusal(BotAccount bot, String method, String... namesAndValues) {
        return refusal(call(bot, method, namesAndValues));
    }

    static String refusal(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Failure.class);
        var failure = (Reply.Failure) reply;
        return failure.code() + " " + failure.description();
    }

    /** All updates that wait, none confirmed; each held to the schema. */
    JsonNode updates(BotAccount bot) {
        seconds(4);
        return ok(bot, "getUpdates", "timeout", "0");
    }

    JsonNode document(BotAccount bot, long chatId, String fileName, byte[] content, String... namesAndValues) {
        var result = ok(now(sendDocument(bot, chatId, fileName, Blob.of(content), namesAndValues)));
        SchemaCheck.result("sendDocument", result);
        return result;
    }

    CompletableFuture<Reply> sendDocument(
            BotAccount bot, long chatId, String fileName, Blob content, String... namesAndValues) {
        var arguments = Arguments.builder().add("chat_id", Long.toString(chatId));
        for (int i = 0; i < namesAndValues.length; i += 2) arguments.add(namesAndValues[i], namesAndValues[i + 1]);
        arguments.add(new Upload("document", fileName, "", content));
        return send(bot, "sendDocument", arguments.build());
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    static int id(JsonNode message) {
        return message.required("message_id").asInt();
    }

    static String text(long number) {
        return Long.toString(number);
    }
}
