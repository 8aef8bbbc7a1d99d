package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.BotAccount;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Person;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What another program lets people do, sees of calls and lets go wrong. */
@Timeout(300)
class ActsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Emulator emulator = Emulator.start();
    private final BotAccount bot = emulator.world().addBot("acts_bot");
    private final Person ann = emulator.world().addUser("Ann", null);
    private final String here = "\"from\":" + ann.id() + ",\"chat\":" + bot.id();

    @AfterEach
    void close() {
        emulator.close();
    }

    private HttpResponse<String> ask(String verb, URI server, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server + path))
                .header("Content-Type", "application/json")
                .method(verb, BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode control(String verb, String path, String body) throws Exception {
        var answer = ask(verb, emulator.control(), "/control/" + path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private JsonNode call(String method, String arguments) throws Exception {
        return JSON.readTree(ask("POST", emulator.api(), "/bot" + bot.token() + "/" + method, arguments)
                .body());
    }

    private int say(String text) {
        var said = emulator.world().people().say(ann.id(), bot.id(), Outgoing.text(text));
        return JSON.readTree(said).get("message_id").intValue();
    }

    @Test
    void aPersonEditsPressesReactsAndVotes() throws Exception {
        int own = say("hello");
        var edited = control("POST", "edits", "{" + here + ",\"message_id\":" + own + ",\"text\":\"bye\"}");
        assertThat(edited.get("text").stringValue()).isEqualTo("bye");

        var keyboard = "{\"inline_keyboard\":[[{\"text\":\"Go\",\"callback_data\":\"go\"}]]}";
        var asked =
                call("sendMessage", "{\"chat_id\":" + ann.id() + ",\"text\":\"?\",\"reply_markup\":" + keyboard + "}");
        var id = control(
                "POST",
                "callbacks",
                "{" + here + ",\"message_id\":" + asked.at("/result/message_id") + ",\"data\":\"go\"}");
        assertThat(id.get("id").stringValue()).isNotEmpty();

        var on = "{" + here + ",\"message_id\":" + own + ",\"emoji\":";
        control("POST", "reactions", on + "[\"\uD83D\uDC4D\"]}");
        assertThat(open().at("/messages/0/reacted/0/emoji").stringValue()).isEqualTo("\uD83D\uDC4D");
        control("POST", "reactions", on + "[]}");
        assertThat(open().at("/messages/0/reacted")).isEmpty();

        var poll = call("sendPoll", "{\"chat_id\":" + ann.id() + ",\"question\":\"q\",\"options\":[\"a\",\"b\"]}");
        control("POST", "votes", "{" + here + ",\"message_id\":" + poll.at("/result/message_id") + ",\"options\":[1]}");
        assertThat(open().at("/messages/2/chosen/0").intValue()).isEqualTo(1);
    }

    private JsonNode open() throws Exception {
        return control("GET", "chat?user=" + ann.id() + "&chat=" + bot.id() + "&most=9", "");
    }

    @Test
    void peopleJoinRiseAndAreRemoved() throws Exception {
        var group = emulator.world().addGroup("g", null, List.of());
        for (var status : List.of("member", "administrator", "demoted", "kicked")) {
            control(
                    "POST",
                    "members",
                    "{\"chat\":" + group.id() + ",\"user\":" + ann.id() + ",\"status\":\"" + status + "\"}");
            var members = JSON.readTree(emulator.world().stateJson(false)).at("/chats/0/members");
            assertThat(members.get(1).get("status").stringValue())
                    .isEqualTo(status.equals("demoted") ? "member" : status);
        }
    }

    @Test
    void callsAreListedWithoutTokensAndByFilter() throws Exception {
        call("getMe", "{}");
        call("sendMessage", "{\"chat_id\":1,\"text\":\"" + bot.token() + "\"}");
        var calls = control("GET", "calls", "");
        assertThat(calls).hasSize(2);
        assertThat(calls.toString()).doesNotContain(bot.token());
        assertThat(calls.at("/1/error_code").intValue()).isEqualTo(400);
        assertThat(control("GET", "calls?after=1&ok=false&method=SENDMESSAGE&bot=" + bot.id(), ""))
                .hasSize(1);
        assertThat(control("GET", "calls?chat=2", "")).isEmpty();
        assertThat(control("GET", "calls?most=1", "").at("/0/method").stringValue())
                .isEqualTo("sendMessage");
    }

    @Test
    void faultsStrikeAreCountedAndTakenBack() throws Exception {
        var fault =
                "{\"fault\":\"too_many_requests\",\"retry_after\":7,\"methods\":[\"getme\"],\"skip\":1,\"times\":1,\"bot\":"
                        + bot.id() + "}";
        long id = control("POST", "faults", fault).get("id").longValue();
        assertThat(call("getMe", "{}").get("ok").booleanValue()).isTrue();
        assertThat(call("getMe", "{}").at("/parameters/retry_after").intValue()).isEqualTo(7);
        assertThat(call("getMe", "{}").get("ok").booleanValue()).isTrue();
        var listed = control("GET", "faults", "").get(0);
        assertThat(listed.get("fault").stringValue()).isEqualTo("too_many_requests");
        assertThat(listed.get("methods").get(0).stringValue()).isEqualTo("getMe");
        assertThat(listed.get("matched").intValue()).isEqualTo(3);
        assertThat(listed.get("struck").intValue()).isEqualTo(1);
        assertThat(listed.get("spent").booleanValue()).isTrue();
        control("DELETE", "faults?id=" + id, "");
        assertThat(control("GET", "faults", "")).isEmpty();
        assertThat(ask("DELETE", emulator.control(), "/control/faults?id=" + id, "")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void everyKindOfFaultCanBeAdded() throws Exception {
        for (var kind : List.of(
                "too_many_requests",
                "refuse",
                "bad_gateway",
                "page",
                "lose_reply",
                "reset",
                "reset_after",
                "duplicate",
                "slow",
                "late",
                "swallow",
                "silence",
                "redeliver",
                "jump_update_ids",
                "revoke_token",
                "conflict",
                "refuse_delivery",
                "cut_delivery",
                "delay_delivery",
                "duplicate_delivery",
                "lose_answer",
                "take_any_answer",
                "overtake")) {
            control("POST", "faults", "{\"fault\":\"" + kind + "\",\"by\":\"PT2S\",\"percent\":50}");
        }
        var listed = control("GET", "faults", "");
        assertThat(listed).hasSize(23);
        assertThat(listed.at("/8/does").stringValue()).contains("PT2S");
        assertThat(listed.at("/8/percent").intValue()).isEqualTo(50);
        control("DELETE", "faults", "");
        assertThat(control("GET", "faults", "")).isEmpty();
    }

    @Test
    void deliveriesAreStruckByTheirKindAndConflictsComeLate() throws Exception {
        control("POST", "faults", "{\"fault\":\"overtake\",\"updates\":[\"message\"],\"chat\":5,\"times\":2}");
        var listed = control("GET", "faults", "").get(0);
        assertThat(listed.get("updates").get(0).stringValue()).isEqualTo("message");
        assertThat(listed.has("methods")).isFalse();
        assertThat(listed.get("chat").longValue()).isEqualTo(5);
        for (var wrong : List.of(
                "{\"fault\":\"overtake\",\"updates\":[\"getMe\"]}",
                "{\"fault\":\"reset\",\"updates\":[\"message\"]}",
                "{\"fault\":\"conflict\",\"methods\":[\"getMe\"]}")) {
            assertThat(ask("POST", emulator.control(), "/control/faults", wrong).statusCode())
                    .isEqualTo(400);
        }
        control("DELETE", "faults", "");
        control("POST", "faults", "{\"fault\":\"conflict\",\"by\":\"PT0.05S\",\"times\":1}");
        assertThat(call("getUpdates", "{\"timeout\":30}").get("error_code").intValue())
                .isEqualTo(409);
    }

    @Test
    void aPageOfAnyStatusIsNoJson() throws Exception {
        control("POST", "faults", "{\"fault\":\"page\",\"code\":504,\"times\":1}");
        var answer = ask("POST", emulator.api(), "/bot" + bot.token() + "/getMe", "{}");
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/html");
        assertThat(answer.body()).contains("<h1>504 Gateway Timeout</h1>");

        control("POST", "faults", "{\"fault\":\"page\",\"times\":1,\"description\":\"Oops\"}");
        assertThat(ask("POST", emulator.api(), "/bot" + bot.token() + "/getMe", "{}")
                        .body())
                .contains("<h1>500 Oops</h1>");
        assertThat(ask("POST", emulator.control(), "/control/faults", "{\"fault\":\"page\",\"description\":\"\u00fc\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void thePageIsServedWithAPolicyAndFilesNeverRun() throws IOException, InterruptedException {
        var page = http.send(
                HttpRequest.newBuilder(emulator.control().resolve("/")).build(), BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body()).contains("/page/app.js").doesNotContain("<script>", "http://", "https://", "style=");

        var sent = emulator.world()
                .people()
                .say(
                        ann.id(),
                        bot.id(),
                        Outgoing.document(
                                "x.html",
                                "text/html",
                                io.botmesh.world.Blob.of("<script>".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                                null));
        var id = JSON.readTree(sent).at("/document/file_unique_id").stringValue();
        var file = http.send(
                HttpRequest.newBuilder(emulator.control().resolve("/control/files?id=" + id))
                        .build(),
                BodyHandlers.ofString());
        assertThat(file.body()).isEqualTo("<script>");
        assertThat(file.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
        assertThat(file.headers().firstValue("Content-Disposition")).hasValue("attachment");
        assertThat(file.headers().firstValue("Content-Security-Policy")).hasValue("default-src 'none'; sandbox");
        var none = http.send(
                HttpRequest.newBuilder(emulator.control().resolve("/control/files?id=none"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).isEqualTo("{\"ok\":false,\"error\":\"no file none\"}");
    }
}
