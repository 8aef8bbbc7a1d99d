package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Texts that are no UTF-8, in every place where a call may have a text: whole ones alone come out again. */
class BrokenTextTest {
    private static final String REFUSED = "400 Bad Request: strings must be encoded in UTF-8";
    /** Half a pair in front, at the end, reversed, and what the bytes of overlong and of broken forms become. */
    private static final List<String> BROKEN =
            List.of("a\ud83d", "\udc4db", "\udc4d\ud83d", "\udcc0\udc80", "\udced\udca0\udcbd\udced\udcb1\udc8d");
    /** Odd, and yet UTF-8. */
    private static final List<String> WHOLE = List.of("a\0b", "\ufffeb", "\ud83d\udc4d\uffff");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-f]{4})|.)");
    /** After these the bot is not where it was. */
    private static final List<String> ENDING = List.of("leaveChat", "close", "logOut");

    private static final int ROUNDS = Integer.getInteger("rounds", 1);

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount reader = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "annika");
    private final Group group = scene.world.addGroup(
            "g", null, List.of(Admin.full(bot.id()), Admin.full(ann.id()), Admin.full(reader.id())));
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(reader.id())));
    private final SchemaValues values = new SchemaValues(random, ann, List.of(group.id(), channel.id(), ann.id()));
    private final Watch watch = scene.world.watchEverything(() -> {});
    private final Map<String, String> refused = new TreeMap<>();

    BrokenTextTest() {
        System.out.println("seed " + seed);
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        for (int i = 0; i < 5; i++) {
            for (long chat : new long[] {group.id(), channel.id(), ann.id()}) {
                scene.ok(bot, "sendMessage", "chat_id", Scene.text(chat), "text", "m" + i);
            }
        }
    }

    @Test
    void noHalfOfAPairComesOutOfAnyMethodWhateverTextIsBroken() {
        for (var method : new TreeSet<>(MethodNames.all())) {
            if (ENDING.contains(method)) continue;
            for (int round = 0; round < ROUNDS; round++) {
                values.spoil(-1, "");
                var arguments = arguments(method, 0.4);
                int texts = values.texts();
                send(method, arguments, "a.png");
                for (int i = 0; i < texts; i++) spoil(method, i);
            }
            for (var broken : BROKEN) send(method, everyTextIs(method, broken), broken + ".png");
        }
        check(scene.world.stateJson(true));
        check(scene.world.calls().listJson(CallFilter.all()));
        check(scene.world.screen().chatsJson(ann.id()));
        for (long chat : new long[] {group.id(), channel.id(), bot.id()}) {
            check(scene.world.screen().chatJson(ann.id(), chat, 1_000));
        }
        check(scene.world.botSettings().commands(ann.id(), bot.id(), bot.id()));
        check(scene.world.botSettings().menuButton(ann.id(), bot.id()));
        for (var happening : watch.take()) check(happening.toString());
        for (var each : List.of(bot, reader)) {
            scene.call(each, "deleteWebhook");
            String updates = "";
            for (int next = 0; !updates.equals("[]"); ) {
                scene.seconds(4);
                updates = scene.raw(each, "getUpdates", "offset", Scene.text(next));
                check(updates);
                for (var update : Scene.json(updates).values())
                    next = update.required("update_id").asInt() + 1;
            }
        }
        // Most arguments that chance makes up are refused for something else; a test in which all are would show
        // little.
        assertThat(refused).as("seed " + seed).hasSizeGreaterThan(50);
    }

    @Test
    void whatIsKeptAndShownIsRefusedUnlessItIsUtf8() {
        var chat = Scene.text(ann.id());
        for (var half : BROKEN) {
            assertThat(List.of(
                            send("sendMessage", "text", half),
                            send("sendMessage", "text", "x", "entities", entity("text_link", "url", half)),
                            send("sendMessage", "text", "x", "entities", entity("pre", "language", half)),
                            send("sendMessage", "text", "x", "reply_markup", button("callback_data", half)),
                            send("sendMessage", "text", "x", "reply_markup", button("icon_custom_emoji_id", half)),
                            send("sendMessage", "text", "x", "reply_markup", button("switch_inline_query", half)),
                            send("sendMessage", "text", "x", "reply_markup", placeholder(half)),
                            send("sendGame", "game_short_name", half),
                            send("sendPoll", "question", half, "options", "[\"a\",\"b\"]"),
                            send("sendPoll", "question", "q", "options", "[\"a\"," + json(half) + "]"),
                            scene.send(bot, "setChatTitle", "chat_id", Scene.text(group.id()), "title", half)
                                    .join(),
                            scene.send(bot, "setMyName", "name", half).join(),
                            scene.send(bot, "setMyDescription", "description", half)
                                    .join(),
                            scene.sendDocument(bot, ann.id(), half + ".bin", Blob.of(new byte[1]))
                                    .join()))
                    .extracting(Scene::refusal)
                    .as(json(half))
                    .containsOnly(REFUSED);
            assertThat(scene.refusal(bot, "sendMessage", "chat_id", '@' + half, "text", "x"))
                    .isEqualTo("400 Bad Request: chat not found");
            assertThat(scene.refusal(bot, "sendDocument", "chat_id", chat, "document", half))
                    .isEqualTo("400 Bad Request: wrong file identifier/HTTP URL specified");
            assertThat(scene.refusal(bot, "sendMessage", "chat_id", chat, "parse_mode", "HTML", "text", half))
                    .isEqualTo("400 Bad Request: can't parse entities: Text must be encoded in UTF-8");
        }
        for (var odd : WHOLE) {
            var data = scene.ok(
                            bot,
                            "sendMessage",
                            "chat_id",
                            chat,
                            "text",
                            "x",
                            "reply_markup",
                            button("callback_data", odd))
                    .at("/reply_markup/inline_keyboard/0/0/callback_data");
            assertThat(data.asString()).isEqualTo(odd);
        }
    }

    /** The server reads JSON in an argument as bytes: escapes pair among themselves, and with nothing that stands beside. */
    @Test
    void escapedHalvesPairAmongThemselvesOnly() {
        for (var broken :
                List.of("\\ud83d\udc80", "\udcf0\\udc4d", "\\uD83Dx", "\\udc4d", "\\ud83d\\u0041", "\\\\\\ud83d")) {
            assertThat(Scene.refusal(send("sendMessage", "text", "x", "reply_markup", labelled(broken))))
                    .as(broken)
                    .isEqualTo(REFUSED);
        }
        for (var whole : Map.of(
                        "\\ud83d\\udc4d",
                        "\ud83d\udc4d",
                        "\\udc4d\\ud83d",
                        Character.toString(0x2343d),
                        "\\ud83d\\uD83D\\u0041",
                        Character.toString(0x1f43d) + "A",
                        "\\\\ud83d\\\\udc4d",
                        "\\ud83d\\udc4d")
                .entrySet()) {
            var sent = Scene.ok(send("sendMessage", "text", "x", "reply_markup", labelled(whole.getKey())));
            assertThat(sent.at("/reply_markup/inline_keyboard/0/0/callback_data")
                            .asString())
                    .as(whole.getKey())
                    .isEqualTo(whole.getValue());
        }
    }

    @Test
    void aRecordedCallShowsInItsPlaceThatSomethingWasBroken() {
        scene.refusal(bot, "sendMessage", "text", "a\udcffb\ud83d\udc4d", "x\ud83d", "y");
        var call = scene.world.calls().list(CallFilter.all()).getLast();
        assertThat(call.arguments())
                .containsEntry("text", "a\ufffdb\ud83d\udc4d")
                .containsEntry("x\ufffd", "y");
        check(scene.world.calls().listJson(CallFilter.all()));
    }

    private Reply send(String method, String... namesAndValues) {
        var arguments = Arguments.builder().add("chat_id", Scene.text(ann.id()));
        for (int i = 0; i < namesAndValues.length; i += 2) arguments.add(namesAndValues[i], namesAndValues[i + 1]);
        return Scene.now(scene.send(bot, method, arguments.build()));
    }

    /** With the traces of broken bytes as they are, as they come from the wire, and all else by escapes. */
    private static String json(String text) {
        return TextCleaner.isUnicode(text) ? new JsonWriter().value(text).toString() : '"' + text + '"';
    }

    private static String entity(String type, String field, String text) {
        return "[{\"type\":\"" + type + "\",\"offset\":0,\"length\":1,\"" + field + "\":" + json(text) + "}]";
    }

    private static String button(String field, String text) {
        var data = field.equals("icon_custom_emoji_id") ? "\"callback_data\":\"d\"," : "";
        return "{\"inline_keyboard\":[[{\"text\":\"t\"," + data + '"' + field + "\":" + json(text) + "}]]}";
    }

    /** @param data as it stands between the quotes */
    private static String labelled(String data) {
        return "{\"inline_keyboard\":[[{\"text\":\"t\",\"callback_data\":\"" + data + "\"}]]}";
    }

    private static String placeholder(String text) {
        return "{\"force_reply\":true,\"input_field_placeholder\":" + json(text) + "}";
    }

    /** The same kind of call with one of its texts broken. */
    private void spoil(String method, int number) {
        boolean whole = random.nextInt(4) == 0;
        var odd = whole ? WHOLE.get(random.nextInt(WHOLE.size())) : BROKEN.get(random.nextInt(BROKEN.size()));
        values.spoil(number, odd);
        send(method, arguments(method, 0.4), whole ? odd + ".png" : "a.png");
    }

    private Arguments.Builder arguments(String method, double share) {
        var arguments = Arguments.builder();
        for (var param : SchemaValues.params(method)) {
            if (isOptional(param) && random.nextDouble() > share) continue;
            arguments.add(param.get(0).asString(), values.argument(param));
        }
        return arguments;
    }

    private Arguments.Builder everyTextIs(String method, String broken) {
        values.spoil(-1, "");
        var arguments = Arguments.builder();
        for (var param : SchemaValues.params(method)) {
            boolean text = param.get(1).asString().equals("String");
            arguments.add(param.get(0).asString(), text ? broken : values.argument(param));
        }
        return arguments;
    }

    private static boolean isOptional(JsonNode param) {
        return param.get(2).asString().equals("optional");
    }

    private void send(String method, Arguments.Builder arguments, String fileName) {
        var call = arguments
                .add(new Upload("file", fileName, "", Blob.of(new byte[] {1, 2, 3})))
                .build();
        var what = method + " " + call.names() + " " + call.values() + " with seed " + seed;
        var future = scene.send(bot, method, call);
        if (!future.isDone()) scene.seconds(60);
        assertThat(future).as(what).isDone();
        switch (future.join()) {
            case Reply.Ok ok ->
                assertThat(isWhole(ok.resultJson())).as(what + ok.resultJson()).isTrue();
            case Reply.Failure failure -> {
                assertThat(TextCleaner.isUnicode(failure.description()))
                        .as(what)
                        .isTrue();
                if (failure.description().contains("must be encoded in UTF-8"))
                    refused.put(method, failure.description());
            }
            default -> throw new AssertionError(what);
        }
    }

    private void check(String json) {
        assertThat(isWhole(json)).as("seed " + seed).isTrue();
    }

    /** Whether the text has no half of a pair once its escapes are undone. */
    private static boolean isWhole(String json) {
        return TextCleaner.isUnicode(ESCAPE.matcher(json).replaceAll(match -> {
            var unit = match.group(1);
            return unit == null
                    ? "_"
                    : Character.toString((char) Integer.parseInt(unit, 16))
                            .replace("$", "_")
                            .replace("\\", "_");
        }));
    }
}
