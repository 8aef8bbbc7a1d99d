package io.botmesh.world;

import java.util.List;

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

    People(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
        buttons = new Buttons(stage);
    }

    /**
     * A person sends something. In a private chat the bot knows the person from then on.
     *
     * @param chatId a channel or group, or for a private chat the bot's user id
     * @return the Message as JSON
     */
    public String say(long fromUserId, long chatId, Outgoing what) {
        return gate.pass(() -> {
            var person = stage.account(fromUserId);
            if (person.bot()) throw new IllegalArgumentException("a bot speaks through its own calls: " + fromUserId);
            var chat = stage.chatOf(person, chatId);
            var member = chat.member(person);
            boolean may = switch (chat.kind()) {
                case PRIVATE -> true;
                case CHANNEL -> member.can(Right.POST_MESSAGES);
                case SUPERGROUP -> member.isIn();
            };
            if (!may) {
                throw new IllegalArgumentException(fromUserId + " may not write to " + chatId);
            }
            int replyTo = what.replyTo() == null ? 0 : what.replyTo();
            if (replyTo != 0 && chat.message(replyTo) == null) {
                throw new IllegalArgumentException("no message " + replyTo + " in " + chatId);
            }
            var content = content(what);
            var message = core.postman().post(chat, Posting.of(person, content).answering(Answering.to(replyTo)));
            return core.json().message(message, viewer(chat));
        });
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
            var message = chat.message(messageId);
            if (message == null || !message.author().equals(person) || !(message.content() instanceof TextContent)) {
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
