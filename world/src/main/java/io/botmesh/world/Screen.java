package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What a person's app shows. For ids that do not exist all of it throws {@link IllegalArgumentException}.
 *
 * <p>A {@code chat} is a channel or group, or for a private chat the bot's user id.
 */
public final class Screen {
    private final Gate gate;
    private final Stage stage;
    private final Core core;

    Screen(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
    }

    /**
     * The chats that a person has, each as {@code {"chat","bot" or "about","status","messages","last_message"}}: those
     * with bots, then the channels and groups that it is in.
     *
     * @return a JSON array
     */
    public String chatsJson(long userId) {
        return gate.read(() -> {
            var person = stage.account(userId);
            var json = new JsonWriter(1024).array();
            for (var bot : core.registry().bots()) {
                var chat = bot.privateChats.get(userId);
                if (chat == null) continue;
                json.object().field("chat", bot.id());
                bot.account().write(json.name("bot"));
                writeMessages(json, chat);
            }
            for (var chat : core.registry().chats()) {
                var member = chat.member(person);
                if (!member.isIn()) continue;
                json.object()
                        .field("chat", chat.id())
                        .field("status", member.status().wireName());
                chat.write(json.name("about"));
                writeMessages(json, chat);
            }
            return json.endArray().toString();
        });
    }

    /**
     * A chat as it is open on a person's screen: {@code
     * {"messages":[{"message","reactions","reacted","chosen"}],"topics"?,"keyboard"?}}
     * with the newest messages, oldest first. {@code reactions} are ReactionCounts, {@code reacted} the person's own;
     * {@code chosen} is how the person voted in a poll. {@code keyboard} is what a bot put in place of the person's own,
     * if there is one. {@code topics} are those of a forum, ForumTopics with {@code closed} and {@code hidden}.
     *
     * @param most how many messages at most
     */
    public String chatJson(long userId, long chatId, int most) {
        return gate.read(() -> {
            var person = stage.account(userId);
            var chat = chatId > 0 ? stage.bot(chatId).privateChats.get(userId) : stage.chat(chatId);
            var json = new JsonWriter(4096).object().name("messages").array();
            if (chat != null) {
                for (var message : chat.newest(most)) {
                    write(json, message, person);
                }
            }
            json.endArray();
            if (chat != null && Topics.isForum(chat)) {
                json.name("topics").array();
                for (var topic : chat.topics().list()) topic.writeOpen(json);
                json.endArray();
            }
            var keyboard = chat == null ? null : Buttons.keyboard(person, chat);
            if (keyboard != null) keyboard.write(json.name("keyboard"));
            return json.endObject().toString();
        });
    }

    /** A file that somebody sent, by its {@code file_unique_id}; null if there is none. */
    public @Nullable StoredFile file(String uniqueId) {
        return gate.<@Nullable StoredFile>read(() -> {
            var file = core.files().findUnique(uniqueId);
            return file == null ? null : new StoredFile(file.name(), file.mimeType(), file.content(), null);
        });
    }

    private void write(JsonWriter json, Message message, Account person) {
        var reactions = core.interactions().reactions;
        json.object().name("message");
        core.json().write(json, message, core.registry().viewer(message.chat()), true);
        reactions.writeCounts(json.name("reactions"), message);
        Reaction.write(json.name("reacted"), reactions.of(message, person));
        json.name("chosen").array();
        if (message.content() instanceof PollContent poll) {
            for (int number : poll.poll().chosenBy(person)) json.value(number);
        }
        json.endArray().endObject();
    }

    private void writeMessages(JsonWriter json, Chat chat) {
        json.field("messages", chat.size());
        var last = chat.newest();
        if (last != null)
            core.json().write(json.name("last_message"), last, core.registry().viewer(chat), false);
        json.endObject();
    }
}
