package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.world.Outgoing;
import io.botmesh.world.Profile;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.WorldOptions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole emulator over its two sockets: the scene is set on one and seen on the other. */
@Timeout(300)
class ControlTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-03-01T12:00:00Z"));
    private Emulator emulator = Emulator.start(EmulatorOptions.defaults().withClock(clock));

    @AfterEach
    void close() {
        emulator.close();
    }

    private void restart(EmulatorOptions options) {
        emulator.close();
        emulator = Emulator.start(options);
    }

    private RawHttp.Answer raw(String request) throws IOException {
        try (var http = RawHttp.to(emulator.control())) {
            return http.send(request).answer();
        }
    }

    private RawHttp.Answer post(String what, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        return raw("POST /control/" + what
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length
                + "\r\n\r\n" + new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private JsonNode control(String what, String json) throws IOException {
        var answer = post(what, json);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private JsonNode show(String what) throws IOException {
        var answer = raw("GET /control/" + what + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private JsonNode call(String token, String method) throws IOException {
        try (var http = RawHttp.to(emulator.api())) {
            var answer = http.send("GET /bot" + token + "/" + method + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .answer();
            return JSON.readTree(answer.body());
        }
    }

    @Test
    void aBotMadeHereAnswersGetMe() throws Exception {
        var bot = control("bots", "{\"username\":\"echo_bot\"}");
        var me = call(bot.get("token").stringValue(), "getMe");
        assertThat(me.at("/result/id")).isEqualTo(bot.get("id"));
        assertThat(me.at("/result/username").stringValue()).isEqualTo("echo_bot");
    }

    @Test
    void aBotMayBringItsToken() throws Exception {
        var token = "777:FAKE-token-for-tests-only-0000000000000";
        assertThat(control("bots", "{\"username\":\"own_bot\",\"token\":\"" + token + "\"}")
                        .get("id")
                        .longValue())
                .isEqualTo(777);
        assertThat(call(token, "getMe").at("/result/id").longValue()).isEqualTo(777);
    }

    @Test
    void aPersonsMessageReachesTheBotAndItsReplyThePerson() throws Exception {
        var bot = control("bots", "{\"username\":\"echo_bot\"}");
        var token = bot.get("token").stringValue();
        var person = control("users", "{\"first_name\":\"Zo\u00eb\",\"username\":\"zoe\"}")
                .get("id");
        var said = control(
                "messages",
                "{\"from\":" + person + ",\"chat\":" + bot.get("id") + ",\"text\":\"hello \u00e9\uD83D\uDE00\"}");
        var update = call(token, "getUpdates").at("/result/0/message");
        assertThat(update.get("text").stringValue()).isEqualTo("hello \u00e9\uD83D\uDE00");
        assertThat(update.at("/from/first_name").stringValue()).isEqualTo("Zo\u00eb");
        assertThat(update.get("message_id")).isEqualTo(said.get("message_id"));

        call(token, "sendMessage?chat_id=" + person + "&text=hi+there");
        control(
                "messages",
                "{\"from\":" + person + ",\"chat\":" + bot.get("id") + ",\"text\":\"bye\",\"reply_to\":"
                        + said.get("message_id") + "}");
        var transcript = show("messages?user=" + person + "&chat=" + bot.get("id"));
        assertThat(transcript.values().stream()
                        .map(message -> message.get("text").stringValue()))
                .containsExactly("hello \u00e9\uD83D\uDE00", "hi there", "bye");
        assertThat(transcript.at("/2/reply_to_message/message_id")).isEqualTo(said.get("message_id"));
    }

    @Test
    void aPersonsDocumentCanBeDownloaded() throws Exception {
        var bytes = new byte[150_000];
        new Random(5).nextBytes(bytes);
        var bot = control("bots", "{\"username\":\"file_bot\"}");
        var token = bot.get("token").stringValue();
        var person = control("users", "{\"first_name\":\"Ann\"}").get("id");
        control(
                "messages",
                "{\"from\":" + person + ",\"chat\":" + bot.get("id")
                        + ",\"text\":\"read\",\"document\":{\"name\":\"a.bin\"," + "\"base64\":\""
                        + Base64.getEncoder().encodeToString(bytes) + "\"}}");
        var message = call(token, "getUpdates").at("/result/0/message");
        assertThat(message.at("/document/file_name").stringValue()).isEqualTo("a.bin");
        assertThat(message.get("caption").stringValue()).isEqualTo("read");
        var path = call(
                        token,
                        "getFile?file_id=" + message.at("/document/file_id").stringValue())
                .at("/result/file_path")
                .stringValue();
        try (var http = RawHttp.to(emulator.api())) {
            var answer = http.send("GET /file/bot" + token + "/" + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .answer();
            assertThat(answer.body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(bytes);
        }
    }

    @Test
    void updateIdsJumpAsAfterAnIdleWeekOnceNothingWaits() throws Exception {
        var bot = control("bots", "{\"username\":\"idle_bot\"}");
        var token = bot.get("token").stringValue();
        var person = control("users", "{\"first_name\":\"Ann\"}").get("id");
        var say = "{\"from\":" + person + ",\"chat\":" + bot.get("id") + ",\"text\":\"hi\"}";
        var jump = "{\"bot\":" + bot.get("id") + ",\"jump\":true}";
        control("messages", say);
        int before = call(token, "getUpdates").at("/result/0/update_id").intValue();
        var refused = post("updates", jump);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("1 updates wait").doesNotContain(token);
        emulator.advance(Duration.ofSeconds(5));
        call(token, "getUpdates?offset=" + (before + 1));
        int next = control("updates", jump).get("next_update_id").intValue();
        assertThat(next).isNotEqualTo(before + 1);
        control("messages", say);
        emulator.advance(Duration.ofSeconds(5));
        assertThat(call(token, "getUpdates?offset=" + (before + 1))
                        .at("/result/0/update_id")
                        .intValue())
                .isEqualTo(next);
        for (var wrong : List.of(
                "{\"bot\":" + bot.get("id") + "}",
                "{\"bot\":1,\"jump\":true}",
                jump.replace("true", "false"),
                "{\"jump\":true}"))
            assertThat(post("updates", wrong).status()).as(wrong).isEqualTo(400);
    }

    @Test
    void aLocalServerGivesOutAbsolutePaths() throws Exception {
        restart(EmulatorOptions.defaults().withWorld(WorldOptions.defaults().withProfile(Profile.LOCAL)));
        var bot = control("bots", "{\"username\":\"file_bot\"}");
        var token = bot.get("token").stringValue();
        var person = control("users", "{\"first_name\":\"Ann\"}").get("id");
        control("messages", "{\"from\":" + person + ",\"chat\":" + bot.get("id") + ",\"document\":\"aGVsbG8=\"}");
        var id = call(token, "getUpdates")
                .at("/result/0/message/document/file_id")
                .stringValue();
        var path = Path.of(
                call(token, "getFile?file_id=" + id).at("/result/file_path").stringValue());
        assertThat(path).isAbsolute().hasContent("hello");
        var picture = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(200, 100, BufferedImage.TYPE_INT_RGB), "png", picture);
        control(
                "messages",
                "{\"from\":" + person + ",\"chat\":" + bot.get("id") + ",\"photo\":\""
                        + Base64.getEncoder().encodeToString(picture.toByteArray()) + "\"}");
        var sizes = call(token, "getUpdates?offset=-1").at("/result/0/message/photo");
        assertThat(sizes).hasSize(2);
        for (var size : sizes) {
            var file = call(token, "getFile?file_id=" + size.get("file_id").stringValue());
            assertThat(Path.of(file.at("/result/file_path").stringValue()))
                    .isAbsolute()
                    .hasSize(size.get("file_size").longValue());
        }
        emulator.close();
        assertThat(path).doesNotExist();
        assertThat(path.getParent()).doesNotExist();
    }

    @Test
    void aChannelHasTheRightsThatWereAskedFor() throws Exception {
        var writer = control("bots", "{\"username\":\"writer_bot\"}");
        var reader = control("bots", "{\"username\":\"reader_bot\"}");
        var channel = control(
                        "channels",
                        "{\"title\":\"News\",\"username\":\"news\",\"admins\":[{\"bot\":" + writer.get("id")
                                + ",\"rights\":[\"can_post_messages\"]},{\"bot\":" + reader.get("id")
                                + ",\"rights\":[]}]}")
                .get("chat_id");
        var post = "sendMessage?text=a&chat_id=" + channel;
        assertThat(call(writer.get("token").stringValue(), post).get("ok").booleanValue())
                .isTrue();
        assertThat(call(reader.get("token").stringValue(), post)
                        .get("description")
                        .stringValue())
                .isEqualTo("Bad Request: need administrator rights in the channel chat");
    }

    @Test
    void stateShowsTokensOnlyWhenAsked() throws Exception {
        var bot = control("bots", "{\"username\":\"echo_bot\"}");
        assertThat(show("state").at("/bots/0/id")).isEqualTo(bot.get("id"));
        assertThat(show("state").toString()).doesNotContain(bot.get("token").stringValue());
        assertThat(show("state?tokens=true").at("/bots/0/token")).isEqualTo(bot.get("token"));
        assertThat(show("state").at("/bots/0/pending_updates").intValue()).isZero();
    }

    @Test
    void limitsChangeAtRunTime() throws Exception {
        var bot = control("bots", "{\"username\":\"writer_bot\"}");
        var channel = control("channels", "{\"title\":\"News\",\"admins\":[{\"bot\":" + bot.get("id") + "}]}")
                .get("chat_id");
        var post = "sendMessage?text=a&chat_id=" + channel;
        var token = bot.get("token").stringValue();
        for (int i = 0; i < 10; i++)
            assertThat(call(token, post).get("ok").booleanValue()).isTrue();
        control("limits", "{\"profile\":\"paper\"}");
        for (int i = 0; i < 3; i++)
            assertThat(call(token, post).get("ok").booleanValue()).isTrue();
        assertThat(call(token, post).at("/parameters/retry_after").intValue()).isEqualTo(1);
        control("clock", "{\"advance\":\"PT1S\"}");
        assertThat(call(token, post).get("ok").booleanValue()).isTrue();
    }

    @Test
    void aLongPollEndsWhenTheVirtualClockGetsThere() throws Exception {
        var bot = control("bots", "{\"username\":\"poll_bot\"}");
        try (var http = RawHttp.to(emulator.api())) {
            http.send(
                    "GET /bot" + bot.get("token").stringValue() + "/getUpdates?timeout=50 HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!show("state").at("/bots/0/polling").booleanValue()) Thread.onSpinWait();
            control("clock", "{\"advance\":\"PT49S\"}");
            assertThat(show("state").at("/bots/0/polling").booleanValue()).isTrue();
            assertThat(control("clock", "{\"advance\":\"PT1S\"}").get("now").stringValue())
                    .isEqualTo("2026-03-01T12:00:50Z");
            assertThat(http.answer().body()).isEqualTo("{\"ok\":true,\"result\":[]}");
        }
    }

    @Test
    void nobodyNoticesThatTheClientOfAPollHasGoneAndNoUpdateIsLost() throws Exception {
        var bot = control("bots", "{\"username\":\"poll_bot\"}");
        var person = control("users", "{\"first_name\":\"Ann\"}").get("id");
        var token = bot.get("token").stringValue();
        try (var http = RawHttp.to(emulator.api())) {
            http.send("GET /bot" + token + "/getUpdates?timeout=50 HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!show("state").at("/bots/0/polling").booleanValue()) Thread.onSpinWait();
        }
        control("clock", "{\"advance\":\"PT10S\"}");
        assertThat(show("state").at("/bots/0/polling").booleanValue()).isTrue();
        control("messages", "{\"from\":" + person + ",\"chat\":" + bot.get("id") + ",\"text\":\"to nobody\"}");
        control("clock", "{\"advance\":\"PT1S\"}");
        assertThat(show("state").at("/bots/0/polling").booleanValue()).isFalse();
        control("clock", "{\"advance\":\"PT3S\"}");
        assertThat(call(token, "getUpdates").at("/result/0/message/text").stringValue())
                .isEqualTo("to nobody");
    }

    @Test
    void onTheSystemClockAWaitingPollGetsAMessageThatJavaCodeSends() throws Exception {
        restart(EmulatorOptions.defaults());
        var bot = emulator.world().addBot("poll_bot");
        var person = emulator.world().addUser("Ann", null);
        try (var http = RawHttp.to(emulator.api())) {
            http.send("GET /bot" + bot.token() + "/getUpdates?timeout=50 HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!show("state").at("/bots/0/polling").booleanValue()) Thread.onSpinWait();
            emulator.world().people().say(person.id(), bot.id(), Outgoing.text("wake up"));
            assertThat(JSON.readTree(http.answer().body())
                            .at("/result/0/message/text")
                            .stringValue())
                    .isEqualTo("wake up");
        }
        assertThat(post("clock", "{\"advance\":\"PT1S\"}").body())
                .contains("not virtual: start the emulator with --virtual-clock");
        assertThatThrownBy(() -> emulator.advance(Duration.ofSeconds(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void wrongInputGetsOneLineThatSaysWhatToDo() throws Exception {
        var bot = control("bots", "{\"username\":\"echo_bot\"}").get("id");
        var person = control("users", "{\"first_name\":\"Ann\"}").get("id");
        record Case(String what, String body, String says) {}
        var to = "\"from\":" + person + ",\"chat\":" + bot;
        for (var wrong : List.of(
                new Case("bots", "", "expected a JSON object with username, token"),
                new Case("bots", "[]", "expected a JSON object with username, token"),
                new Case("bots", "{\"username\":", "not valid JSON"),
                new Case("bots", "{", "not valid JSON: Unexpected end-of-input"),
                new Case("users", "{\"first_name\":\"\\ud800\"}", "half of a surrogate pair"),
                new Case("users", "{\"\\udc00\":1}", "surrogate"),
                new Case("bots", "{\"username\":\"a_bot\",\"username\":\"b_bot\"}", "not valid JSON"),
                new Case("bots", "{}", "\"username\" is missing"),
                new Case("bots", "{\"username\":5}", "\"username\" is a string"),
                new Case("bots", "{\"name\":\"x\"}", "unknown field \"name\"; there are username, token"),
                new Case("bots", "{\"username\":\"x_bot\",\"token\":\"nonsense\"}", "token"),
                new Case("bots", "{\"username\":\"echo_bot\"}", "echo_bot"),
                new Case("bots", "{\"username\":\"@a_bot\"}", "no @ before them"),
                new Case("users", "{}", "\"first_name\" is missing"),
                new Case("users", "{\"first_name\":\" \"}", "a first name has 1 to 64 characters"),
                new Case("channels", "{\"title\":\"\"}", "a title has 1 to 128 characters"),
                new Case("faults", "{\"fault\":\"slow\",\"by\":\"-PT1S\"}", "give a time of 0 or more"),
                new Case("channels", "{\"title\":\"a\",\"admins\":5}", "\"admins\" is a list"),
                new Case(
                        "channels",
                        "{\"title\":\"a\",\"admins\":[5]}",
                        "expected a JSON object with bot, user, rights"),
                new Case("channels", "{\"title\":\"a\",\"admins\":[{}]}", "either \"bot\" or \"user\""),
                new Case("channels", "{\"title\":\"a\",\"admins\":[{\"bot\":\"x\"}]}", "\"bot\" is an id, a number"),
                new Case("channels", "{\"title\":\"a\",\"admins\":[{\"bot\":99}]}", "99"),
                new Case(
                        "channels",
                        "{\"title\":\"a\",\"admins\":[{\"bot\":" + bot + ",\"rights\":[\"can_fly\"]}]}",
                        "unknown right: can_fly; there are can_manage_chat,"),
                new Case("messages", "{" + to + "}", "\"text\" or \"document\""),
                new Case("messages", "{\"from\":1,\"chat\":" + bot + ",\"text\":\"a\"}", "nobody with id 1"),
                new Case("messages", "{\"from\":" + person + ",\"chat\":-5,\"text\":\"a\"}", "-5"),
                new Case("messages", "{" + to + ",\"text\":\"a\",\"reply_to\":0}", "\"reply_to\" is a message id"),
                new Case("messages", "{" + to + ",\"text\":\"a\",\"reply_to\":77}", "no message 77"),
                new Case("messages", "{" + to + ",\"document\":\"$$$\"}", "not valid base64"),
                new Case("messages", "{" + to + ",\"document\":5}", "base64 text"),
                new Case("clock", "{\"advance\":\"soon\"}", "ISO 8601"),
                new Case("clock", "{\"advance\":\"-PT1S\"}", "by: "),
                new Case("clock", "{\"advance\":\"P5000D\"}", "end at 2038-01-19"),
                new Case("limits", "{\"profile\":\"none\"}", "off, paper, documented, cautious"))) {
            var answer = post(wrong.what, wrong.body);
            assertThat(answer.status()).as(wrong.toString()).isEqualTo(400);
            var error = JSON.readTree(answer.body());
            assertThat(error.get("ok").booleanValue()).isFalse();
            assertThat(error.get("error").stringValue()).contains(wrong.says).doesNotContain("\n", "Source");
        }
        assertThat(show("state").get("bots").size()).isEqualTo(1);
    }

    @Test
    void theWrongVerbPathTypeOrHostIsExplained() throws Exception {
        assertThat(raw("GET /control/bots HTTP/1.1\r\nHost: localhost\r\n\r\n").status())
                .isEqualTo(405);
        assertThat(post("state", "{}").status()).isEqualTo(405);
        assertThat(post("bot", "{}").body()).contains("there are ", "/control/bots, ");
        assertThat(raw("POST /control/bots HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
                        .status())
                .isEqualTo(415);
        assertThat(raw("GET /control/state HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                        .status())
                .isEqualTo(403);
        assertThat(raw("GET /control/state?token=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .body())
                .contains("unknown field \\\"token\\\"");
        assertThat(raw("GET /control/messages?user=1&user=2&chat=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .body())
                .contains("\\\"user\\\" is there twice");
        assertThat(raw("GET /control/messages?user=x&chat=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .body())
                .contains("\\\"user\\\\\" is an id".replace("\\\\\"", "\\\""));
    }

    @Test
    void aTakenPortIsABindException() {
        var options = EmulatorOptions.defaults().withPort(emulator.api().getPort());
        assertThatThrownBy(() -> Emulator.start(options))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(BindException.class)
                .hasMessageContaining("choose another port");
    }

    @Test
    void closingLeavesNoThread() {
        var before = threads();
        for (int i = 0; i < 3; i++) restart(EmulatorOptions.defaults());
        emulator.close();
        assertThat(threads()).isSubsetOf(before).noneMatch(name -> name.startsWith("emulator"));
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).collect(Collectors.toSet());
    }
}
