package io.botmesh.world;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people do: they write, edit and press buttons. For ids that do not exist and for what could not happen all of it
 * throws {@link IllegalArgumentException}.
 *
 * <p>A {@code chatId} is a channel or group, or for a private chat the bot's user id.
 */
public final class People {
    private final Gate gate;
    private final Stage stage;
    private final Core core;
    private final Buttons buttons;
    private final Opinions opinions;
    private final Payments payments;
    private final InlineMode inline;

    People(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
        buttons = new Buttons(stage);
        opinions = new Opinions(stage);
        payments = new Payments(stage);
        inline = new InlineMode(stage);
    }

    /**
     * A person sends something. In a private chat the bot knows the person from then on.
     *
     * @param chatId a channel or group, or for a private chat the bot's user id
     * @return the Message as JSON
     */
    public String say(long fromUserId, long chatId, Outgoing what) {
        return gate.pass(() -> {
            var person = stage.person(fromUserId);
            var chat = stage.chatOf(person, chatId);
            var content = content(what);
            requireMay(person, chat, content);
            var answered = what.replyTo() == null ? null : stage.message(chat, what.replyTo());
            var posting = Posting.of(person, content)
                    .withByline(byline(person, chat, what))
                    .answering(Answering.to(answered == null ? 0 : answered.id()))
                    .withMarks(marks(person, chat, what, answered));
            var message = core.postman().post(chat, posting);
            return core.json().message(message, viewer(chat));
        });
    }

    private void requireMay(Account person, Chat chat, Content content) {
        var member = chat.member(person);
        boolean may = chat.migratedTo == 0
                && switch (chat.kind()) {
                    case PRIVATE -> !chat.blocked && !person.deactivated;
                    case CHANNEL -> member.can(Right.POST_MESSAGES);
                    case GROUP, SUPERGROUP ->
                        chat.permits(member, SendKind.of(content).permission());
                };
        if (!may) throw new IllegalArgumentException(person.id() + " may not write to " + chat.id());
        int wait = member.isAdmin() ? 0 : chat.slowFor(person, core.agenda().seconds());
        if (wait > 0) throw new IllegalArgumentException("slow mode: wait " + wait + " s in " + chat.id());
    }

    /** In a group an owner of a channel may speak as that channel, unless it is banned there. */
    private Byline byline(Account person, Chat chat, Outgoing what) {
        if (what.senderId() == null) return Byline.by(person);
        var channel = stage.chat(what.senderId());
        if (chat.kind() != Chat.Kind.SUPERGROUP || chat.profile().bannedSenders.contains(channel.id())) {
            throw new IllegalArgumentException(channel.id() + " may not write to " + chat.id());
        }
        if (channel.member(person).status() != Member.Status.CREATOR) {
            throw new IllegalArgumentException(person.id() + " does not own " + channel.id());
        }
        return Byline.by(person).inTheNameOf(channel, ServiceAccounts.CHANNEL);
    }

    private static Marks marks(Account person, Chat chat, Outgoing what, @Nullable Message answered) {
        try {
            return chat.topics().marks(chat, person, what.threadId() == null ? 0 : what.threadId(), answered);
        } catch (Refused refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    /**
     * A person edits a text.
     *
     * @param chatId as for {@link #say}
     * @return the Message as JSON
     */
    public String edit(long fromUserId, long chatId, int messageId, String text) {
        return gate.pass(() -> {
            var person = stage.account(fromUserId);
            var chat = stage.chatOf(person, chatId);
            var message = stage.message(chat, messageId);
            if (!message.author().equals(person) || !(message.content() instanceof TextContent)) {
                throw new IllegalArgumentException(fromUserId + " has no text " + messageId + " in " + chatId);
            }
            var content = content(Outgoing.text(text));
            if (!content.equals(message.content())) core.postman().edit(message, content, message.markup());
            return core.json().message(message, viewer(chat));
        });
    }

    /**
     * A person presses a button under a bot's message that asks the bot.
     *
     * @param chatId as for {@link #say}
     * @param data   its callback data, else its text
     * @return the id of the callback query
     */
    public String press(long userId, long chatId, int messageId, String data) {
        return buttons.press(userId, chatId, messageId, data);
    }

    /** How people pay. */
    public Payments payments() {
        return payments;
    }

    /** How people ask bots from within any chat. */
    public InlineMode inline() {
        return inline;
    }

    /** How people vote and react. */
    public Opinions opinions() {
        return opinions;
    }

    /** What people do with keyboards. */
    public Buttons buttons() {
        return buttons;
    }

    /**
     * What a person finds in a chat, oldest message first.
     *
     * @param chatId as for {@link #say}
     * @return a JSON array of Messages
     */
    public String transcriptJson(long userId, long chatId) {
        return gate.read(() -> {
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var json = new JsonWriter(4096).array();
            for (var message : chat.messages()) core.json().write(json, message, viewer(chat), true);
            return json.endArray().toString();
        });
    }

    private Content content(Outgoing what) {
        try {
            var text = what.text() == null ? "" : what.text();
            var upload = what.document();
            var draft = new Draft(text, List.of());
            if (upload == null) return new TextContent(SendMethods.text(draft), null);
            var caption = SendMethods.caption(draft);
            return new MediaContent(core.files().add(upload, false), caption, false, false);
        } catch (Refused refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    /** People have no file ids of their own; what they see has those of some bot of the chat. */
    private Bot viewer(Chat chat) {
        return core.registry().viewer(chat);
    }
}
