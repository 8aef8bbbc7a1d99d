package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A bot with a webhook whose server is the test. */
final class WebhookScene implements WebhookCarrier {
    static final String URL = "https://bot.example.org/hook?x=1";

    final Scene scene;
    final BotAccount bot;
    final Map<Long, String> lookups = new LinkedHashMap<>();
    final Map<Long, WebhookConnection> open = new LinkedHashMap<>();
    final ArrayDeque<WebhookPost> posts = new ArrayDeque<>();
    /** Connections opened so far. */
    int opened;
    /** What the name server says; null to let a lookup wait. */
    String address = "8.8.8.8";
    /** What somebody else does while a connection is being opened; once. */
    Runnable whileOpening = () -> {};

    WebhookScene() {
        this(WorldOptions.defaults());
    }

    WebhookScene(WorldOptions options) {
        scene = new Scene(options);
        bot = scene.world.addBot("hooked_bot");
        scene.world.webhooks().carrier(this);
    }

    @Override
    public void resolve(long lookupId, String host) {
        lookups.put(lookupId, host);
        if (!address.isEmpty()) scene.world.webhooks().resolved(lookupId, address);
    }

    @Override
    public void open(WebhookConnection connection) {
        var other = whileOpening;
        whileOpening = () -> {};
        try {
            var thread = Thread.ofPlatform().start(other);
            thread.join();
        } catch (InterruptedException asked) {
            throw new IllegalStateException(asked);
        }
        open.put(connection.id(), connection);
        opened++;
    }

    @Override
    public void post(WebhookPost post) {
        assertThat(open).containsKey(post.connectionId());
        posts.add(post);
    }

    @Override
    public void close(long connectionId) {
        open.remove(connectionId);
        posts.removeIf(post -> post.connectionId() == connectionId);
    }

    WebhookScene set(String... more) {
        var arguments = new ArrayList<>(List.of("url", URL));
        arguments.addAll(List.of(more));
        assertThat(scene.call(bot, "setWebhook", arguments.toArray(String[]::new)))
                .isEqualTo(new Reply.Ok("true", "Webhook was set"));
        return this;
    }

    /** Lets a first update through, so that the webhook is known to work. */
    WebhookScene works() {
        say("first");
        answer(WebhookAnswer.ok());
        return this;
    }

    /** A new person says something to the bot. */
    long say(String text) {
        long person = scene.world.addUser("Ann", null).id();
        say(person, text);
        return person;
    }

    void say(long person, String text) {
        scene.world.people().say(person, bot.id(), Outgoing.text(text));
    }

    /** Answers the oldest update that is on its way. */
    WebhookPost answer(WebhookAnswer answer) {
        assertThat(posts).isNotEmpty();
        var post = posts.remove();
        scene.world.webhooks().answered(post.connectionId(), answer);
        return post;
    }

    /** Breaks the connection of the oldest update that is on its way. */
    void breakOff(String why) {
        var post = posts.remove();
        open.remove(post.connectionId());
        scene.world.webhooks().closed(post.connectionId(), why);
    }

    static JsonNode body(WebhookPost post) {
        return Scene.json(new String(post.body(), java.nio.charset.StandardCharsets.US_ASCII));
    }

    static String text(WebhookPost post) {
        return body(post).at("/message/text").asString();
    }

    /** Texts of the messages that are on their way. */
    List<String> texts() {
        return posts.stream().map(WebhookScene::text).toList();
    }

    JsonNode info() {
        return scene.ok(bot, "getWebhookInfo");
    }

    int pending() {
        return info().get("pending_update_count").asInt();
    }
}
