package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Admin;
import io.botmesh.world.Outgoing;
import io.botmesh.world.VirtualClock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** All calls of the control API with values of the right types that are as odd as can be. */
@Timeout(300)
class OddValuesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int CALLS = Integer.getInteger("calls", 1_000);
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\u0000",
            "\uFFFF",
            "\u202E\u200F",
            "😀".repeat(2_000),
            "x".repeat(100_000),
            "@" + "a".repeat(40),
            "a_bot",
            "https://t.me/+x",
            "9999999999999999999",
            "-1",
            "1:2",
            "\r\n\t",
            "<b>&\"'");
    private static final List<String> IDS = List.of(
            "0",
            "1",
            "-1",
            "777000",
            "9223372036854775807",
            "-9223372036854775808",
            "-1000000000000",
            "-1000000000001",
            "4503599627370496");
    private static final List<String> DURATIONS = List.of(
            "PT0S", "-PT1S", "PT0.000000001S", "P1D", "P400000D", "PT9223372036854775807S", "-PT9223372036854775808S");
    private static final List<String> INSTANTS = List.of(
            "1970-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000000001Z",
            "-1000000000-01-01T00:00:00Z",
            "+1000000000-12-31T23:59:59.999999999Z",
            "2038-01-19T03:14:08Z");
    private static final List<String> DECIMALS =
            List.of("0", "-0.0", "90.0000001", "1e308", "-1e999", "4.9e-324", "1e5");
    private static final List<String> FILES = List.of(
            "\"\"",
            "\"AAAA\"",
            "\"====\"",
            "{\"base64\":\"R0lGODlh\",\"name\":\"\",\"content_type\":\"a\\r\\nb: c\"}",
            "{\"base64\":\"iVBORw0KGgo=\",\"name\":\"../../x.png\"}");

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final List<String> ids = new ArrayList<>(IDS);

    @Test
    void everyCallIsServedOrRefusedInOneLine() throws IOException {
        System.out.println("seed " + seed);
        var clock = new VirtualClock(Instant.parse("2026-01-01T00:00:00Z"));
        try (var emulator = Emulator.start(EmulatorOptions.defaults().withClock(clock));
                var http = RawHttp.to(emulator.control())) {
            var world = emulator.world();
            var bot = world.addBot("odd_bot");
            var ann = world.addUser("Ann", "ann");
            var admins = List.of(Admin.full(bot.id()), Admin.full(ann.id()));
            for (long id : new long[] {
                bot.id(),
                ann.id(),
                world.addChannel("c", null, admins).id(),
                world.addForum("f", null, admins).id(),
                world.addBasicGroup("g", admins).id()
            }) {
                for (int i = 0; i < 3; i++) ids.add(Long.toString(id));
            }
            world.people().say(ann.id(), bot.id(), Outgoing.text("hello"));
            var routes = emulator.controls().listed().stream()
                    .filter(route -> route.page() == null)
                    .toList();
            int served = 0;
            for (int i = 0; i < CALLS; i++) {
                if (served(http, routes.get(random.nextInt(routes.size())))) served++;
            }
            assertThat(served).as("calls that were served").isGreaterThan(CALLS / 50);
            JSON.readTree(world.stateJson(true));
            JSON.readTree(world.screen().chatsJson(ann.id()));
        }
    }

    private boolean served(RawHttp http, Route route) throws IOException {
        var json = object(route.fields(), route.path().equals("/control/calls"));
        var what = route.verb() + " " + route.path() + " " + json + " with seed " + seed;
        var answer = http.send(request(route, json)).answer();
        assertThat(answer.status()).as("%s: %s", what, answer.body()).isIn(200, 400, 404, 405);
        assertThat(answer.body().chars()).as(what).allMatch(c -> c < 0x80);
        var said = JSON.readTree(answer.body());
        if (answer.status() == 200) return true;
        assertThat(said.required("error").stringValue())
                .as(what)
                .isNotBlank()
                .doesNotContain("\n", "Exception", "java.", "null")
                .hasSizeLessThan(101_000);
        return false;
    }

    private static byte[] request(Route route, String json) {
        if (route.verb().equals("POST")) {
            var body = json.getBytes(StandardCharsets.UTF_8);
            var head = "POST " + route.path() + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length + "\r\n\r\n";
            return (head + new String(body, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
        }
        var query = new StringBuilder();
        for (var property : JSON.readTree(json).properties()) {
            var value = URLEncoder.encode(property.getValue().asString(""), StandardCharsets.UTF_8);
            query.append(query.isEmpty() ? '?' : '&')
                    .append(property.getKey())
                    .append('=')
                    .append(value);
        }
        return (route.verb() + " " + route.path() + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private String object(Fields fields, boolean waits) {
        var json = new StringBuilder("{");
        for (var field : fields.list()) {
            boolean left = !field.required() && random.nextInt(3) > 0;
            if (left || (waits && field.name().equals("wait"))) continue;
            if (json.length() > 1) json.append(',');
            json.append('"').append(field.name()).append("\":").append(value(field.type()));
        }
        return json.append('}').toString();
    }

    private String value(FieldType type) {
        var inside = type.inside();
        return switch (type.form()) {
            case "flag" -> Boolean.toString(random.nextBoolean());
            case "id" -> any(ids);
            case "number" -> any(List.of("0", "1", "2", "5", "99", "2147483647", "9223372036854775807"));
            case "decimal" -> any(DECIMALS);
            case "duration" -> quoted(any(DURATIONS));
            case "instant" -> quoted(any(INSTANTS));
            case "choice" -> quoted(any(type.choices()));
            case "texts" -> "[" + quoted(any(TEXTS)) + "," + quoted(any(TEXTS)) + "]";
            case "ids" -> "[" + any(ids) + "," + any(ids) + "]";
            case "file" -> any(FILES);
            case "object" -> inside == null ? "{}" : object(inside, false);
            case "objects" -> inside == null ? "[{}]" : "[" + object(inside, false) + "," + object(inside, false) + "]";
            default -> quoted(any(TEXTS));
        };
    }

    private static String quoted(String text) {
        return ControlHandler.quoted(text);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
