package io.botmesh.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** All documented methods, called without arguments, with garbage and with what the schema says they take. */
class EveryMethodTest {
    private static final JsonNode SCHEMA = read();
    /** After these the bot is not where it was. */
    private static final List<String> ENDING = List.of("leaveChat", "close", "logOut");

    private static final List<String> GARBAGE = List.of(
            "", "null", "{}", "[]", "[[]]", "[{}]", "{\"type\":7}", "-1", "\"x\"", "\uDC80", "[null]", "[1,\"a\"]");
    private static final int DEEPEST = 6;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", "annika");
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.full(ann.id())));
    private final Channel channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));

    EveryMethodTest() {
        System.out.println("seed " + seed);
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        for (int i = 0; i < 5; i++) {
            for (long chat : new long[] {group.id(), channel.id(), ann.id()}) {
                scene.ok(bot, "sendMessage", "chat_id", Scene.text(chat), "text", "m" + i);
            }
        }
    }

    private static JsonNode read() {
        try (var in = MethodNames.class.getResourceAsStream("bot-api-10.3.json")) {
            if (in == null) throw new IOException("no schema");
            return Scene.json(new String(in.readAllBytes(), UTF_8));
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private static List<String> methods() {
        var names = new ArrayList<>(new TreeSet<>(MethodNames.all()));
        names.removeAll(ENDING);
        names.addAll(ENDING);
        return names;
    }

    @Test
    void everyMethodAnswersWithoutArguments() {
        for (var method : methods()) call(method, Arguments.none());
    }

    @Test
    void everyMethodAnswersGarbageInEveryArgument() {
        for (var method : methods()) {
            if (ENDING.contains(method)) continue;
            for (var garbage : GARBAGE) {
                var arguments = Arguments.builder();
                for (var param : params(method)) arguments.add(param.get(0).asString(), garbage);
                call(method, arguments.build());
            }
            for (var odd : params(method)) {
                var arguments = Arguments.builder();
                for (var param : params(method)) {
                    boolean bad = param.get(0).equals(odd.get(0));
                    arguments.add(
                            param.get(0).asString(),
                            bad ? GARBAGE.get(random.nextInt(GARBAGE.size())) : argument(param));
                }
                call(method, arguments.build());
            }
        }
    }

    @Test
    void everyMethodAnswersWhatTheSchemaSaysItTakes() {
        for (var method : methods()) {
            for (int round = 0; round < (ENDING.contains(method) ? 1 : 12); round++) {
                var arguments = Arguments.builder();
                for (var param : params(method)) {
                    if (param.get(2).asString().equals("optional") && random.nextInt(3) > 0) continue;
                    arguments.add(param.get(0).asString(), argument(param));
                }
                arguments.add(new Upload("file", "a.png", "", Blob.of(new byte[] {1, 2, 3})));
                call(method, arguments.build());
            }
        }
        // Most calls fail on something that chance has made up; a test in which all do would show little.
        assertThat(succeeded).as("seed " + seed).hasSizeGreaterThan(40);
    }

    private static List<JsonNode> params(String method) {
        return SCHEMA.get("methods").get(method).get("params").values().stream().toList();
    }

    private final Set<String> succeeded = new TreeSet<>();

    /** Answers in the server's words or with what the schema promises, at once or after a while. */
    private void call(String method, Arguments arguments) {
        var what = method + " " + arguments.names() + " with seed " + seed;
        var future = scene.send(bot, method, arguments);
        if (!future.isDone()) scene.seconds(60);
        assertThat(future).as(what).isDone();
        switch (future.join()) {
            case Reply.Ok ok -> {
                assertThat(ok.resultJson().chars()).as(what).allMatch(c -> c < 128);
                succeeded.add(method);
                var returns = SCHEMA.get("methods").get(method).get("returns").asString();
                assertThat(SchemaCheck.problems(Scene.json(ok.resultJson()), returns))
                        .as(what)
                        .isEmpty();
            }
            case Reply.Failure failure -> {
                assertThat(failure.code()).as(what).isIn(400, 401, 403, 409, 413, 429);
                assertThat(failure.description())
                        .as(what)
                        .matches("(?s)(Bad Request: |Forbidden: |Unauthorized|Conflict: |Too Many Requests: "
                                + "|Request Entity Too Large|Logged out).*");
            }
            default -> throw new AssertionError(what);
        }
    }

    private String argument(JsonNode param) {
        var value = value(param.get(0).asString(), param.get(1).asString(), 0);
        return value.startsWith("\"") ? Scene.json(value).asString() : value;
    }

    /** As JSON. */
    private String value(String name, String type, int depth) {
        if (type.startsWith("Array<")) {
            if (depth > DEEPEST) return "[]";
            return "[" + value(name, type.substring(6, type.length() - 1), depth + 1) + "]";
        }
        var members = Pattern.compile(" \\| ").splitAsStream(type).toList();
        if (members.size() > 1) return value(name, members.get(random.nextInt(members.size())), depth);
        if (type.startsWith("\"")) return type;
        return switch (type) {
            case "Integer" -> Long.toString(number(name));
            case "Float" -> "0.5";
            case "Boolean", "True" -> Boolean.toString(random.nextBoolean());
            case "String" -> new JsonWriter().value(text(name)).toString();
            case "InputFile" -> "\"attach://file\"";
            default -> object(name, type, depth);
        };
    }

    private String object(String name, String type, int depth) {
        var union = SCHEMA.get("unions").get(type);
        if (union != null) return value(name, union.asString(), depth);
        var values = SCHEMA.get("enums").get(type);
        if (values != null) {
            return new JsonWriter()
                    .value(values.get(random.nextInt(values.size())).asString())
                    .toString();
        }
        var fields = SCHEMA.get("types").get(type);
        if (fields == null || depth > DEEPEST) return "{}";
        var json = new StringBuilder("{");
        for (var field : fields.get("fields").values()) {
            if (field.get(2).asString().equals("optional") && random.nextInt(3) > 0) continue;
            if (json.length() > 1) json.append(',');
            var inner = field.get(0).asString();
            json.append('"').append(inner).append("\":");
            json.append(value(inner, field.get(1).asString(), depth + 1));
        }
        return json.append('}').toString();
    }

    private long number(String name) {
        return switch (name) {
            case "user_id", "receiver_user_id" -> ann.id();
            case "chat_id", "from_chat_id", "sender_chat_id", "actor_chat_id" ->
                List.of(group.id(), channel.id(), ann.id()).get(random.nextInt(3));
            case "message_id", "message_ids" -> 2 + random.nextInt(6);
            case "timeout" -> 1;
            default -> random.nextInt(100);
        };
    }

    private String text(String name) {
        return switch (name) {
            case "chat_id", "from_chat_id" -> Long.toString(number(name));
            case "url", "photo_url", "web_app_url" -> "https://example.org/a.png";
            case "currency" -> "XTR";
            case "language_code" -> "en";
            case "emoji", "emoji_list" -> "\uD83D\uDC4D";
            default -> "text " + random.nextInt(10);
        };
    }
}
