package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** All documented methods, called without arguments, with garbage and with what the schema says they take. */
class EveryMethodTest {
    /** After these the bot is not where it was. */
    private static final List<String> ENDING = List.of("leaveChat", "close", "logOut");

    private static final List<String> GARBAGE = List.of(
            "", "null", "{}", "[]", "[[]]", "[{}]", "{\"type\":7}", "-1", "\"x\"", "\uDC80", "[null]", "[1,\"a\"]");

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", "annika");
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.full(ann.id())));
    private final Channel channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));

    private final SchemaValues values = new SchemaValues(random, ann, List.of(group.id(), channel.id(), ann.id()));

    EveryMethodTest() {
        System.out.println("seed " + seed);
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        for (int i = 0; i < 5; i++) {
            for (long chat : new long[] {group.id(), channel.id(), ann.id()}) {
                scene.ok(bot, "sendMessage", "chat_id", Scene.text(chat), "text", "m" + i);
            }
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
                for (var param : SchemaValues.params(method))
                    arguments.add(param.get(0).asString(), garbage);
                call(method, arguments.build());
            }
            for (var odd : SchemaValues.params(method)) {
                var arguments = Arguments.builder();
                for (var param : SchemaValues.params(method)) {
                    boolean bad = param.get(0).equals(odd.get(0));
                    arguments.add(
                            param.get(0).asString(),
                            bad ? GARBAGE.get(random.nextInt(GARBAGE.size())) : values.argument(param));
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
                for (var param : SchemaValues.params(method)) {
                    if (param.get(2).asString().equals("optional") && random.nextInt(3) > 0) continue;
                    arguments.add(param.get(0).asString(), values.argument(param));
                }
                arguments.add(new Upload("file", "a.png", "", Blob.of(new byte[] {1, 2, 3})));
                call(method, arguments.build());
            }
        }
        // Most calls fail on something that chance has made up; a test in which all do would show little.
        assertThat(succeeded).as("seed " + seed).hasSizeGreaterThan(40);
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
                var returns = SchemaValues.SCHEMA
                        .get("methods")
                        .get(method)
                        .get("returns")
                        .asString();
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
}
