package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Calls that no client would make, and all that some would. */
class WorldFuzzTest {
    private static final List<String> METHODS = List.of(
            "getUpdates",
            "sendMessage",
            "sendDocument",
            "editMessageText",
            "editMessageCaption",
            "editMessageReplyMarkup",
            "forwardMessage",
            "forwardMessages",
            "copyMessage",
            "copyMessages",
            "deleteMessage",
            "deleteMessages",
            "pinChatMessage",
            "unpinChatMessage",
            "unpinAllChatMessages",
            "getChat",
            "getChatMember",
            "getChatAdministrators",
            "getChatMemberCount",
            "promoteChatMember",
            "leaveChat",
            "getFile",
            "getMe",
            "deleteWebhook",
            "getWebhookInfo",
            "answerCallbackQuery",
            "sendChatAction",
            "",
            "nonsense");
    private static final List<String> NAMES = List.of(
            "chat_id",
            "from_chat_id",
            "message_id",
            "message_ids",
            "user_id",
            "text",
            "caption",
            "parse_mode",
            "entities",
            "caption_entities",
            "reply_markup",
            "reply_parameters",
            "reply_to_message_id",
            "link_preview_options",
            "offset",
            "limit",
            "timeout",
            "allowed_updates",
            "document",
            "file_id",
            "protect_content",
            "action",
            "return_bots",
            "can_post_messages");
    private static final List<String> PIECES = List.of(
            "",
            "null",
            "true",
            "-1",
            "2",
            "3",
            "99999999999999999999",
            "@c",
            "[2,3]",
            "[[]]",
            "{}",
            "{\"inline_keyboard\":[[{\"text\":\"a\",\"callback_data\":\"b\"}]]}",
            "{\"inline_keyboard\":[[7]]}",
            "{\"message_id\":2}",
            "[{\"type\":\"bold\",\"offset\":1,\"length\":3},{\"type\":\"code\",\"offset\":2,\"length\":9}]",
            "HTML",
            "MarkdownV2",
            "Markdown",
            "typing",
            "attach://x",
            "<b>a</b>",
            "<a href='x.com'>",
            "*b _i_* `c` ||s|| [a](x.com) ```java\nx```",
            "\\",
            "/go@one_bot #tag $USD me@x.org https://x.org:80/a(b) 1.2.3.4 tg://x",
            "\ud83d\ude00",
            "\udc80",
            "\u200e\u200f\u200e \r\n\t",
            "&lt;&#x41;&#99999999;",
            "a.".repeat(2_000),
            "@".repeat(500),
            "#a".repeat(2_000),
            "x".repeat(33_000));

    @Test
    void noCallBreaksTheWorldAndEveryAnswerIsAsciiJson() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var scene = new Scene();
        var bot = scene.world.addBot("one_bot");
        var other = scene.world.addBot("two_bot");
        var channel = scene.world.addChannel("c", "c", List.of(Admin.full(bot.id()), Admin.full(other.id())));
        var ann = scene.world.addUser("Ann", null);
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var chats = List.of(Scene.text(channel.id()), Scene.text(ann.id()));
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            var arguments = Arguments.builder();
            for (int n = random.nextInt(6); n > 0; n--) {
                var name = NAMES.get(random.nextInt(NAMES.size()));
                boolean chat = name.endsWith("chat_id") && random.nextInt(4) > 0;
                arguments.add(name, chat ? chats.get(random.nextInt(2)) : value(random));
            }
            if (random.nextInt(3) == 0) arguments.add("chat_id", chats.get(random.nextInt(2)));
            if (random.nextInt(3) == 0) arguments.add("text", value(random));
            if (random.nextInt(5) == 0) {
                arguments.add(new Upload("document", value(random), "", Blob.of(new byte[random.nextInt(200_000)])));
            }
            replies.add(scene.send(
                    random.nextBoolean() ? bot : other,
                    METHODS.get(random.nextInt(METHODS.size())),
                    arguments.build()));
            if (random.nextInt(5) == 0) scene.seconds(random.nextInt(4));
            if (random.nextInt(50) == 0) {
                scene.world.chats().promote(channel.id(), Admin.full(bot.id()));
                scene.world.chats().promote(channel.id(), Admin.full(other.id()));
            }
        }
        scene.seconds(120);
        for (var reply : replies) {
            switch (Scene.now(reply)) {
                case Reply.Ok ok -> {
                    assertThat(ok.resultJson().chars()).allMatch(c -> c < 128);
                    Scene.json(ok.resultJson());
                }
                case Reply.Failure failure -> assertThat(failure.code()).isBetween(400, 429);
                case Reply.NotBuilt notBuilt -> assertThat(notBuilt.method()).isNotEmpty();
                case Reply.Raw raw -> throw new AssertionError("nothing is to go wrong here: " + raw);
                case Reply.Closed closed -> throw new AssertionError("nothing is to go wrong here: " + closed);
            }
        }
    }

    private static String value(Random random) {
        var value = new StringBuilder();
        for (int n = random.nextInt(3); n >= 0; n--) value.append(PIECES.get(random.nextInt(PIECES.size())));
        return value.toString();
    }
}
