package io.botmesh.world;

import java.util.function.Consumer;

/**
 * What people do with topics. For ids that do not exist and for what could not happen all of it throws
 * {@link IllegalArgumentException}. A {@code chatId} is a forum, or for a private chat with topics the bot's user id.
 */
public final class Forums {
    private final Gate gate;
    private final Stage stage;
    private final TopicDesk desk;

    Forums(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        desk = new TopicDesk(stage.core());
    }

    /**
     * A person begins a topic.
     *
     * @return its number, for {@link Outgoing#withThread}
     */
    public int create(long userId, long chatId, String name) {
        return gate.pass(() -> {
            var person = stage.person(userId);
            var chat = forum(person, chatId);
            var bot = chat.bot();
            boolean may = bot == null
                    ? chat.permits(chat.member(person), Permission.MANAGE_TOPICS)
                    : bot.flags.contains(BotFlag.PEOPLE_MAKE_TOPICS);
            if (!may) throw new IllegalArgumentException(userId + " may not begin a topic in " + chatId);
            return desk.create(chat, person, name, Topics.BLUE, null).id;
        });
    }

    /** Whoever began it, or an administrator, closes a topic or opens it again. */
    public void close(long userId, long chatId, int topicId, boolean closed) {
        gate.pass(() -> {
            var person = stage.person(userId);
            var chat = forum(person, chatId);
            change(chat, person, topicId, topic -> desk.close(chat, person, topic, closed));
            return chat;
        });
    }

    /** Whoever began it, or an administrator, gives a topic another name. */
    public void rename(long userId, long chatId, int topicId, String name) {
        gate.pass(() -> {
            var person = stage.person(userId);
            var chat = forum(person, chatId);
            change(chat, person, topicId, topic -> desk.edit(chat, person, topic, name, null));
            return chat;
        });
    }

    private static void change(Chat chat, Account person, int topicId, Consumer<Topics.Topic> change) {
        var topic = chat.topics().find(topicId);
        if (topic == null || !Topics.mayEdit(chat, person, topic)) {
            throw new IllegalArgumentException("no topic " + topicId + " of " + person.id() + " in " + chat.id());
        }
        try {
            change.accept(topic);
        } catch (Refused nothingNew) {
            throw new IllegalArgumentException("topic " + topicId + " is so already", nothingNew);
        }
    }

    private Chat forum(Account person, long chatId) {
        var chat = stage.chatOf(person, chatId);
        if (!Topics.isForum(chat)) throw new IllegalArgumentException("no topics in " + chatId);
        return chat;
    }
}
