package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.VirtualClock;
import io.botmesh.world.WebhookTargets;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A webhook goes on after a restart where it was. */
@Timeout(300)
class WebhookStateTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String BROKEN = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    Path folder;

    private final Receiver receiver;
    private Emulator emulator = Emulator.start();
    private Door door = Door.of(emulator);
    private JsonNode bot = bot();

    WebhookStateTest() throws IOException {
        receiver = new Receiver();
    }

    /** Time stands still, so that only the first failure is followed by another attempt. */
    private void start() {
        emulator.close();
        emulator = Emulator.start(EmulatorOptions.defaults()
                .withClock(new VirtualClock(START))
                .withWorld(WorldOptions.defaults().withWebhookTargets(WebhookTargets.ANY))
                .withState(folder.resolve("state.db")));
        door = Door.of(emulator);
    }

    private JsonNode bot() throws IOException {
        return door.post("bots", "{\"username\":\"hooked_bot\"}");
    }

    private JsonNode person(String name) throws IOException {
        return door.post("users", "{\"first_name\":\"" + name + "\"}").get("id");
    }

    @BeforeEach
    void startNew() throws IOException {
        start();
        bot = bot();
        call("setWebhook?url=http://127.0.0.1:" + receiver.port() + "/");
    }

    @AfterEach
    void close() {
        emulator.close();
        receiver.close();
    }

    private JsonNode call(String method) throws IOException {
        return door.result(bot.get("token").stringValue(), method);
    }

    private void say(JsonNode person, String text) throws IOException {
        door.post("messages", "{\"from\":" + person + ",\"chat\":" + bot.get("id") + ",\"text\":\"" + text + "\"}");
    }

    private JsonNode info() throws IOException {
        return call("getWebhookInfo");
    }

    private void awaitPending(int count) throws IOException {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (info().get("pending_update_count").intValue() != count) {
            if (System.nanoTime() > end) throw new AssertionError("not " + count + " pending in " + info());
            Thread.onSpinWait();
        }
    }

    private void awaitError() throws IOException {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!info().has("last_error_message")) {
            if (System.nanoTime() > end) throw new AssertionError("no error in " + info());
            Thread.onSpinWait();
        }
    }

    @Test
    void whatHasArrivedIsNotSentAgainAfterARestartAndAllElseIs() throws Exception {
        var ann = person("Ann");
        var bob = person("Bob");
        receiver.ok().ok();
        say(bob, "b0");
        var first = receiver.awaitRequest();
        assertThat(first.text()).isEqualTo("b0");
        awaitPending(0);
        say(ann, "a0");
        assertThat(receiver.awaitRequest().text()).isEqualTo("a0");
        awaitPending(0);
        receiver.answer(BROKEN).answer(BROKEN);
        say(ann, "a1");
        say(ann, "a2");
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(receiver.awaitRequest().text()).isEqualTo("a1");
        }
        awaitError();
        var before = info();
        assertThat(before.get("pending_update_count").intValue()).isEqualTo(2);
        assertThat(before.get("last_error_message").stringValue())
                .isEqualTo("Wrong response from the webhook: 500 Internal Server Error");

        start();
        var again = receiver.awaitRequest();
        assertThat(info()).isEqualTo(before);
        assertThat(again.text()).isEqualTo("a1");
        // Each person's updates go one after the other: one that came twice would come before the next.
        say(bob, "b1");
        receiver.ok().ok().ok();
        var rest =
                List.of(receiver.awaitRequest().text(), receiver.awaitRequest().text());
        assertThat(rest).containsExactlyInAnyOrder("a2", "b1");
        awaitPending(0);
        assertThat(receiver.hasReceived()).isFalse();
        assertThat(again.update().get("update_id").intValue())
                .isEqualTo(first.update().get("update_id").intValue() + 2);
    }

    @Test
    void aWebhookThatWasTakenAwayStaysAway() throws Exception {
        var ann = person("Ann");
        call("deleteWebhook");
        say(ann, "a0");
        start();
        assertThat(info().get("url").stringValue()).isEmpty();
        assertThat(call("getUpdates").get(0).at("/message/text").stringValue()).isEqualTo("a0");
        assertThat(receiver.hasReceived()).isFalse();
    }
}
