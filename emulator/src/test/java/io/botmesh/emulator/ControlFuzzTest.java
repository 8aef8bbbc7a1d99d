package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.botmesh.world.Admin;
import io.botmesh.world.Outgoing;
import io.botmesh.world.VirtualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Any calls of the control API, one a line as {@code POST /control/bots {"username":"a_bot"}}; {@code $bot}, {@code $ann},
 * {@code $channel} and {@code $group} stand for who is there already.
 */
class ControlFuzzTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_CALLS = 20;

    @FuzzTest(maxDuration = "60s")
    void everyMistakeIsTheCallersAndEveryAnswerIsJson(byte[] script) throws IOException {
        var clock = new VirtualClock(Instant.parse("2026-01-01T00:00:00Z"));
        try (var emulator = Emulator.start(EmulatorOptions.defaults().withClock(clock))) {
            var world = emulator.world();
            var bot = world.addBot("fuzz_bot", "7:t");
            var ann = world.addUser("Ann", "ann");
            var admins = List.of(Admin.full(bot.id()), Admin.full(ann.id()));
            long channel = world.addChannel("c", "channel", admins).id();
            long group = world.addGroup("g", "group", admins).id();
            world.people().say(ann.id(), bot.id(), Outgoing.text("hello"));
            var lines = new String(script, StandardCharsets.UTF_8)
                    .replace("$bot", Long.toString(bot.id()))
                    .replace("$ann", Long.toString(ann.id()))
                    .replace("$channel", Long.toString(channel))
                    .replace("$group", Long.toString(group));
            for (var line : lines.lines().limit(MOST_CALLS).toList()) {
                var words = line.split(" ", 3);
                if (words.length < 2 || !words[1].startsWith("/control/")) continue;
                // That one goes on and on.
                if (words[1].startsWith("/control/events")) continue;
                check(emulator, words[0].equals("GET") || words[0].equals("DELETE") ? words[0] : "POST", words);
            }
            JSON.readTree(world.stateJson(true));
        }
    }

    private static void check(Emulator emulator, String verb, String[] words) throws IOException {
        var path = words[1].chars().allMatch(c -> c > ' ' && c < 0x7F) ? words[1] : "/control/bots";
        var body = (words.length > 2 ? words[2] : "").getBytes(StandardCharsets.UTF_8);
        var head = verb + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length + "\r\n\r\n";
        try (var http = RawHttp.to(emulator.control())) {
            var answer = http.send(head.getBytes(StandardCharsets.US_ASCII))
                    .send(body)
                    .answer();
            assertThat(answer.status())
                    .as("%s %s: %s", verb, path, answer.body())
                    .isLessThan(500);
            if (!String.valueOf(answer.header("Content-Type")).startsWith("application/json")) return;
            assertThat(answer.body().chars()).allMatch(c -> c < 0x80);
            var json = JSON.readTree(answer.body());
            if (answer.status() >= 400)
                assertThat(json.required("error").stringValue()).isNotBlank();
        }
    }
}
