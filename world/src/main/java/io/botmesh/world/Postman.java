package io.botmesh.world;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts messages into chats and tells every bot that is to know. */
final class Postman {
    private final Registry registry;
    private final Agenda agenda;
    private final Polls polls;
    private final MessageJson json;
    private final Audience audience;
    private final Assumptions assumptions;
    private final Watchers watchers;
    private Consumer<Message> onDeleted = message -> {};

    Postman(Registry registry, Agenda agenda, Polls polls, MessageJson json, WorldOptions options, Watchers watchers) {
        this.registry = registry;
        this.agenda = agenda;
        this.polls = polls;
        this.json = json;
        assumptions = options.assumptions();
        audience = new Audience(registry, options.channelBotPosts());
        this.watchers = watchers;
    }

    Message post(Chat chat, Posting posting) {
        var message = add(chat, posting);
        var twin = twinOf(message);
        announce(message, false);
        if (twin != null) announce(twin, false);
        forwardToDiscussion(message);
        if (posting.author().bot() && !posting.content().isService()) {
            chat.lastBotToSend = registry.bot(posting.author().id());
        }
        return message;
    }

    /** Says something that one member only sees, so that no bot is told and the chat does not keep it. */
    Message whisper(Chat chat, Posting posting, Account receiver) {
        int id = ++chat.lastWhisper;
        var marks = posting.marks().withWhisper(new Whisper(receiver, id));
        var message = new Message(chat, 0, agenda.seconds(), posting.withMarks(marks));
        chat.whispers.put(id, message);
        return message;
    }

    void edit(Message message, Content content, @Nullable ReplyMarkup markup) {
        edit(message, content, markup, null);
    }

    /** Changes a message, as that bot did. */
    void edit(Message message, Content content, @Nullable ReplyMarkup markup, @Nullable Bot editor) {
        message.edit(content, markup, agenda.seconds());
        watchers.edited(message);
        announce(message, assumptions.hold(Assumption.EDITORS_HEAR_OF_IT) ? null : editor, true);
        var twin = message.twin;
        if (twin == null) return;
        // Buttons stay with the channel.
        twin.edit(content, message.chat().kind() == Chat.Kind.CHANNEL ? null : markup, agenda.seconds());
        announce(twin, true);
    }

    /** Somebody voted, or reacted to a message. */
    void tellOpinions() {
        watchers.changed(Happening.Changed.What.OPINIONS, 0);
    }

    /** Who is told of a message that goes. */
    void onDeleted(Consumer<Message> listener) {
        onDeleted = listener;
    }

    /** Takes a message away; no bot is told. */
    void delete(Message message) {
        message.chat().remove(message);
        if (message.twin != null && message.chat().kind() == Chat.Kind.PRIVATE) {
            message.twin.chat().remove(message.twin);
        }
        watchers.deleted(message);
        onDeleted.accept(message);
    }

    /** Somebody's standing in a chat has changed. */
    void changeMember(Chat chat, Account actor, Member before, Member after) {
        changeMember(chat, actor, before, after, null, false);
    }

    /** Somebody's standing in a chat has changed, by a link or after it asked. */
    void changeMember(Chat chat, Account actor, Member before, Member after, @Nullable InviteLink link, boolean asked) {
        boolean comes = after.isIn() && !before.isIn();
        var now = after.withJoined(comes ? agenda.seconds() : before.joined());
        chat.put(now);
        watchers.changed(Happening.Changed.What.MEMBERS, chat.id());
        var news = new MemberNews(chat, actor, before, now, link, asked, agenda.seconds());
        var affected = registry.bot(now.account().id());
        if (affected != null) {
            give(affected, UpdateKind.MY_CHAT_MEMBER, chat.id(), news.update(UpdateKind.MY_CHAT_MEMBER, affected));
        }
        for (var bot : registry.botsIn(chat)) {
            if (bot == affected || !chat.member(bot.account()).isAdmin()) continue;
            give(bot, UpdateKind.CHAT_MEMBER, now.account().id(), news.update(UpdateKind.CHAT_MEMBER, bot));
        }
    }

    /**
     * Queues an update for a bot that wants its kind.
     *
     * @param subject whose updates of the kind a webhook keeps in order, see {@link UpdateKind#lane}
     */
    void give(Bot bot, UpdateKind kind, long subject, byte[] payload) {
        if (bot.revoked || !bot.allowed.contains(kind)) return;
        long now = agenda.seconds();
        if (!bot.queue.add(
                payload,
                kind.lane(subject, assumptions.hold(Assumption.BUSINESS_HAS_OWN_LANES)),
                now + kind.lifeSeconds(),
                now)) return;
        bot.updates.add(now);
        watchers.changed(Happening.Changed.What.QUEUE, bot.id());
        if (bot.webhook == null) polls.nudge(bot);
        else bot.webhook.onUpdate();
    }

    private Message add(Chat chat, Posting posting) {
        int id = chat.nextMessageId();
        var whole = posting.withByline(shown(chat, posting)).withMarks(threaded(chat, posting, id));
        var message = new Message(chat, id, agenda.seconds(), whole);
        chat.add(message);
        if (chat.kind() == Chat.Kind.GROUP) {
            for (var bot : registry.botsIn(chat)) chat.number(message, bot);
            if (posting.content() instanceof ServiceContent.Left left) {
                var gone = registry.bot(left.account().id());
                if (gone != null && !chat.member(gone.account()).isIn()) chat.number(message, gone);
            }
        }
        watchers.posted(message);
        return message;
    }

    /** Posts of a channel may be signed; some administrators of groups do not show themselves. */
    private Byline shown(Chat chat, Posting posting) {
        var by = posting.by();
        if (by.senderChat() != null || by.signature() != null) return by;
        if (chat.kind() == Chat.Kind.CHANNEL) {
            boolean signs = !by.author().bot() || assumptions.hold(Assumption.BOTS_SIGN);
            return chat.profile().signed && signs && !posting.content().isService()
                    ? by.withSignature(by.author().fullName())
                    : by;
        }
        var member = chat.member(by.author());
        return chat.kind() == Chat.Kind.SUPERGROUP && member.can(Right.ANONYMOUS)
                ? by.inTheNameOf(chat, ServiceAccounts.ANONYMOUS).withSignature(member.title())
                : by;
    }

    /** A topic begins with the news of it; in other supergroups answers make a thread with what they answer. */
    private Marks threaded(Chat chat, Posting posting, int id) {
        var marks = posting.marks();
        if (posting.content() instanceof TopicContent.Created) return marks.withThread(id, true);
        boolean grows = chat.kind() == Chat.Kind.SUPERGROUP
                && !chat.profile().forum
                && marks.threadId() == 0
                && assumptions.hold(Assumption.ANSWERS_MAKE_THREADS);
        var answered = grows ? chat.message(posting.answering().messageId()) : null;
        if (answered == null) return marks;
        int root = answered.posting().marks().threadId();
        return marks.withThread(root == 0 ? answered.id() : root, false);
    }

    /** What one bot writes to another stands in the chat of each. */
    private @Nullable Message twinOf(Message message) {
        var person = message.chat().person();
        var own = message.chat().bot();
        var other = person == null ? null : registry.bot(person.id());
        if (own == null || other == null) return null;
        own.privateChats.putIfAbsent(other.id(), message.chat());
        var chat = other.privateChats.computeIfAbsent(own.id(), any -> Chat.between(other, own.account()));
        var answered = message.replyTo() == 0 ? null : message.chat().message(message.replyTo());
        var answering =
                answered == null || answered.twin == null ? Answering.NOTHING : Answering.to(answered.twin.id());
        var twin = new Message(
                chat, chat.nextMessageId(), message.date(), message.posting().answering(answering));
        chat.add(twin);
        twin.twin = message;
        message.twin = twin;
        return twin;
    }

    /** Posts of a channel come to its discussion group by themselves, are pinned there and follow edits. */
    private void forwardToDiscussion(Message post) {
        var chat = post.chat();
        var group = chat.kind() == Chat.Kind.CHANNEL ? chat.profile().linked : null;
        if (group == null || post.content().isService()) return;
        var by = new Byline(
                ServiceAccounts.TELEGRAM,
                ServiceAccounts.TELEGRAM,
                chat,
                post.posting().by().signature(),
                null);
        var marks = Marks.NONE
                .withAutoForward(true)
                .withMediaGroup(post.posting().marks().mediaGroupId());
        var forward = add(
                group,
                Posting.of(ServiceAccounts.TELEGRAM, post.content())
                        .withByline(by)
                        .withOrigin(Origin.of(post))
                        .withMarks(marks));
        post.twin = forward;
        group.pinned.add(forward.id());
        announce(forward, false);
    }

    private void announce(Message message, boolean edited) {
        announce(message, null, edited);
    }

    private void announce(Message message, @Nullable Bot except, boolean edited) {
        var chat = message.chat();
        var kind = chat.connection != null
                ? edited ? UpdateKind.EDITED_BUSINESS_MESSAGE : UpdateKind.BUSINESS_MESSAGE
                : chat.kind() == Chat.Kind.CHANNEL
                        ? edited ? UpdateKind.EDITED_CHANNEL_POST : UpdateKind.CHANNEL_POST
                        : edited ? UpdateKind.EDITED_MESSAGE : UpdateKind.MESSAGE;
        byte[] shared = null;
        for (var bot : audience.of(message, edited, agenda.seconds())) {
            if (bot == except || !bot.allowed.contains(kind)) continue;
            byte[] payload;
            if (message.differsByBot()) {
                payload = json.update(kind, message, bot);
            } else {
                if (shared == null) shared = json.update(kind, message, bot);
                payload = shared;
            }
            give(bot, kind, chat.id(), payload);
        }
    }

    /** The bytes {@code "kind":{…}} of an update. */
    static byte[] named(UpdateKind kind, JsonWriter object) {
        return ('"' + kind.wireName() + "\":" + object).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
