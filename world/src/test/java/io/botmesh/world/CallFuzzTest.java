package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Any sequence of calls to a small world, one a line, parts set apart by tabs:
 *
 * <pre>
 * one  sendMessage  chat_id=@c  text=hello       a bot, a method or its number, arguments or their numbers
 * two  17           0=@c        document~a.txt   a tilde instead of the sign: a file of that name
 * ann  hello                                     a person writes to the first bot, or presses a button
 * wait 30                                        seconds
 * </pre>
 */
class CallFuzzTest {
    private static final List<String> METHODS = Schema.methods();
    private static final int MOST_CALLS = 30;

    @FuzzTest(maxDuration = "60s")
    void everyCallEndsInAnAnswerOfItsOwn(byte[] script) {
        var scene = new Scene();
        var one = scene.world.addBot("one_bot", "11:a");
        var two = scene.world.addBot("two_bot", "22:b");
        var ann = scene.world.addUser("Ann", "ann");
        var channel = scene.world.addChannel("c", "c", List.of(Admin.full(one.id()), Admin.full(two.id())));
        scene.world.addGroup("g", "g", List.of(Admin.full(one.id()), Admin.full(ann.id())));
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (var line : new String(script, StandardCharsets.UTF_8)
                .lines()
                .limit(MOST_CALLS)
                .toList()) {
            var parts = line.split("\t", -1);
            switch (parts[0]) {
                case "one" -> replies.add(call(scene, one, parts));
                case "two" -> replies.add(call(scene, two, parts));
                case "wait" -> scene.seconds(Lenient.integer(second(parts), 1, 0, 100_000));
                case "ann" -> {
                    try {
                        int message = Lenient.integer(second(parts), 0, 0, 100);
                        if (message > 0) scene.world.people().press(ann.id(), one.id(), message, second(parts));
                        else scene.world.people().say(ann.id(), one.id(), Outgoing.text(second(parts)));
                    } catch (IllegalArgumentException refused) {
                        assertThat(refused).message().isNotBlank();
                    }
                }
                default -> {}
            }
        }
        scene.seconds(120);
        for (var reply : replies) check(Scene.now(reply));
        for (var bot : List.of(one, two)) check(Scene.now(scene.send(bot, "getUpdates", "offset", "-100")));
        Scene.json(scene.world.stateJson(true));
        Scene.json(scene.world.people().transcriptJson(ann.id(), channel.id()));
    }

    private static void check(Reply reply) {
        switch (reply) {
            case Reply.Ok ok -> {
                assertThat(ok.resultJson()).hasSizeLessThan(1 << 23);
                for (int i = 0; i < ok.resultJson().length(); i++) {
                    assertThat(ok.resultJson().charAt(i)).isLessThan('\u0080');
                }
                Scene.json(ok.resultJson());
            }
            case Reply.Failure failure -> {
                assertThat(failure.code()).as(failure.description()).isBetween(400, 499);
                assertThat(failure.description()).isNotBlank();
            }
            case Reply.NotBuilt notBuilt ->
                assertThat(MethodNames.find(notBuilt.method())).isNotNull();
            case Reply.Raw raw -> throw new AssertionError("nothing is to go wrong here: " + raw);
            case Reply.Closed closed -> throw new AssertionError("nothing is to go wrong here: " + closed);
        }
    }

    private static CompletableFuture<Reply> call(Scene scene, BotAccount bot, String[] parts) {
        var method = second(parts);
        if (!method.isEmpty() && method.chars().allMatch(c -> c >= '0' && c <= '9')) {
            method = METHODS.get(Lenient.integer(method, 0, 0, Integer.MAX_VALUE) % METHODS.size());
        }
        var names = Schema.parameters(method);
        var arguments = Arguments.builder();
        for (int i = 2; i < parts.length; i++) {
            int sign = Math.max(parts[i].indexOf('='), parts[i].indexOf('~'));
            if (sign < 0) continue;
            var name = parts[i].substring(0, sign);
            if (!names.isEmpty() && !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                name = names.get(Lenient.integer(name, 0, 0, Integer.MAX_VALUE) % names.size());
            }
            var value = parts[i].substring(sign + 1).replace("\\n", "\n");
            if (parts[i].charAt(sign) == '=') arguments.add(name, value);
            else arguments.add(new Upload(name, value, "", Blob.of(value.getBytes(StandardCharsets.UTF_8))));
        }
        return scene.send(bot, method, arguments.build());
    }

    private static String second(String[] parts) {
        return parts.length < 2 ? "" : parts[1];
    }
}
