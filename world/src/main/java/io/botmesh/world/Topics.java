package io.botmesh.world;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics of one chat. The general one is always there, without a number on its messages. */
final class Topics {
    static final int GENERAL = 1;
    static final int BLUE = 7_322_096;

    /** One topic. Its number is the id of the message that tells of its beginning. */
    static final class Topic {
        final int id;
        final Account creator;
        final int color;
        String name;

        /** Custom emoji, null for a plain icon. */
        @Nullable
        String emoji;

        boolean closed;
        boolean hidden;

        Topic(int id, Account creator, String name, int color, @Nullable String emoji) {
            this.id = id;
            this.creator = creator;
            this.name = name;
            this.color = color;
            this.emoji = emoji;
        }

        boolean isGeneral() {
            return id == GENERAL;
        }

        /** As a {@code ForumTopic} with what a person sees of its state. */
        void writeOpen(JsonWriter json) {
            json.object().field("message_thread_id", id).field("name", name);
            if (closed) json.field("closed", true);
            if (hidden) json.field("hidden", true);
            json.endObject();
        }

        /** As a {@code ForumTopic}. */
        JsonWriter write(JsonWriter json) {
            json.object().field("message_thread_id", id).field("name", name).field("icon_color", color);
            if (emoji != null) json.field("icon_custom_emoji_id", emoji);
            return json.endObject();
        }
    }

    private final Map<Integer, Topic> topics = new LinkedHashMap<>();

    Topics() {
        topics.put(GENERAL, new Topic(GENERAL, ServiceAccounts.TELEGRAM, "General", BLUE, null));
    }

    void add(Topic topic) {
        topics.put(topic.id, topic);
    }

    void remove(Topic topic) {
        topics.remove(topic.id);
    }

    /** The general one first, then as they were made. */
    Collection<Topic> list() {
        return Collections.unmodifiableCollection(topics.values());
    }

    /** Null if there is none with that number. */
    @Nullable
    Topic find(int id) {
        return topics.get(id);
    }

    static boolean isForum(Chat chat) {
        var bot = chat.bot();
        return bot == null ? chat.profile().forum : bot.flags.contains(BotFlag.TOPICS);
    }

    /** Whether somebody may rename, close and open a topic. */
    static boolean mayEdit(Chat chat, Account account, Topic topic) {
        return chat.kind() == Chat.Kind.PRIVATE
                || chat.member(account).can(Right.MANAGE_TOPICS)
                || (!topic.isGeneral() && topic.creator.equals(account));
    }

    /**
     * Where a new message goes.
     *
     * @param threadId as its author wants it, 0 for none
     * @param answered message of the chat that it answers, null for none
     */
    Marks marks(Chat chat, Account author, int threadId, @Nullable Message answered) {
        if (!isForum(chat)) {
            if (threadId == 0) return Marks.NONE;
            // In other supergroups any message may be the root of a thread.
            boolean root = chat.kind() == Chat.Kind.SUPERGROUP && chat.message(threadId) != null;
            if (!root) throw Refused.of(400, "message thread not found");
            return Marks.NONE.withThread(threadId, false);
        }
        int inherited = answered == null ? 0 : answered.posting().marks().threadId();
        int wanted = threadId == 0 ? inherited : threadId;
        var topic = find(wanted == 0 ? GENERAL : wanted);
        if (topic == null || wanted == GENERAL) throw Refused.of(400, "message thread not found");
        if (topic.closed && !mayEdit(chat, author, topic)) throw Refused.of(400, "TOPIC_CLOSED");
        return topic.isGeneral() ? Marks.NONE : Marks.NONE.withThread(topic.id, true);
    }
}
