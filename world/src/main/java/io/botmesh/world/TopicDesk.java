package io.botmesh.world;

import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Begins, changes and ends topics, with the news that follow. Whether it may be done is decided before. */
final class TopicDesk {
    private final Core core;

    TopicDesk(Core core) {
        this.core = core;
    }

    Topics.Topic create(Chat chat, Account by, String name, int color, @Nullable String emoji) {
        var news = core.postman().post(chat, Posting.of(by, new TopicContent.Created(name, color, emoji)));
        var topic = new Topics.Topic(news.id(), by, name, color, emoji);
        chat.topics().add(topic);
        return topic;
    }

    /** Null for what is to stay, an empty icon for none. */
    void edit(Chat chat, Account by, Topics.Topic topic, @Nullable String name, @Nullable String emoji) {
        var newName = name == null || name.equals(topic.name) ? null : name;
        var newEmoji = emoji == null || emoji.equals(Objects.requireNonNullElse(topic.emoji, "")) ? null : emoji;
        if (newName == null && newEmoji == null) throw Refused.of(400, "TOPIC_NOT_MODIFIED");
        if (newName != null) topic.name = newName;
        if (newEmoji != null) topic.emoji = newEmoji.isEmpty() ? null : newEmoji;
        tell(chat, by, topic, new TopicContent.Edited(newName, newEmoji));
    }

    /** The general topic comes out of hiding when it is opened. */
    void close(Chat chat, Account by, Topics.Topic topic, boolean closed) {
        if (topic.closed == closed) throw Refused.of(400, "TOPIC_NOT_MODIFIED");
        topic.closed = closed;
        if (!closed && topic.hidden) {
            topic.hidden = false;
            tell(chat, by, topic, TopicContent.Toggled.UNHIDDEN);
        }
        tell(chat, by, topic, closed ? TopicContent.Toggled.CLOSED : TopicContent.Toggled.REOPENED);
    }

    /** Only the general topic can be hidden, and is closed by it. */
    void hide(Chat chat, Account by, Topics.Topic general, boolean hidden) {
        if (general.hidden == hidden) throw Refused.of(400, "TOPIC_NOT_MODIFIED");
        general.hidden = hidden;
        if (hidden) general.closed = true;
        tell(chat, by, general, hidden ? TopicContent.Toggled.HIDDEN : TopicContent.Toggled.UNHIDDEN);
    }

    /** With everything in it; nobody is told. */
    void delete(Chat chat, Topics.Topic topic) {
        chat.topics().remove(topic);
        var gone = new ArrayList<Message>();
        for (var message : chat.messages()) if (message.posting().marks().threadId() == topic.id) gone.add(message);
        gone.forEach(core.postman()::delete);
    }

    void unpinAll(Chat chat, Topics.Topic topic) {
        chat.pinned.removeIf(id -> {
            var message = chat.message(id);
            int thread = message == null ? 0 : message.posting().marks().threadId();
            return thread == (topic.isGeneral() ? 0 : topic.id);
        });
    }

    private void tell(Chat chat, Account by, Topics.Topic topic, TopicContent news) {
        var marks = topic.isGeneral() ? Marks.NONE : Marks.NONE.withThread(topic.id, true);
        core.postman().post(chat, Posting.of(by, news).withMarks(marks));
    }
}
