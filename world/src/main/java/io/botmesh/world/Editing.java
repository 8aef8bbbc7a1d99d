package io.botmesh.world;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The common way of all methods that change messages: markup, message, right, content, limits, in that order. */
final class Editing {
    /** What becomes of a message. */
    interface Change {
        /** Checks, and returns what makes the content after the edit; refuses if the message has nothing of the kind. */
        Supplier<Content> check(Message message);

        /** Whether new files come with it, which must not be kept if the limits refuse the call. */
        default boolean bringsFiles() {
            return false;
        }
    }

    private final Core core;

    Editing(Core core) {
        this.core = core;
    }

    Reply edit(Bot bot, Params params, Change change) {
        var markup = ReplyMarkup.parse(params);
        var chatId = params.raw("chat_id");
        int messageId = params.messageId("message_id");
        if (chatId.isEmpty() && messageId == 0) {
            if (params.has("inline_message_id"))
                return editInline(bot, params.text("inline_message_id"), markup, change);
            throw Refused.of(400, "Message identifier is not specified");
        }
        var chat = core.interactions().connections.writable(bot, params, core.access());
        if (messageId == 0) throw Refused.of(400, "Message identifier is not specified");
        var message = core.access().message(bot, chat, messageId, "message to edit");
        if (!mayEdit(bot, message)) throw Refused.of(400, "Message can't be edited");
        if (markup != null && !markup.isInline()) throw Refused.of(400, "Inline keyboard expected");
        if (markup != null) markup.require(chat.kind(), message.content().firstButton());
        var maker = change.check(message);
        if (change.bringsFiles()) {
            core.meter().edit(bot, chat, core.agenda().now());
            return finish(bot, message, maker.get(), markup);
        }
        var content = maker.get();
        if (content.equals(message.content()) && same(markup, message.markup())) {
            throw Refused.of(400, "MESSAGE_NOT_MODIFIED");
        }
        core.meter().edit(bot, chat, core.agenda().now());
        return finish(bot, message, content, markup);
    }

    /** A message that a person sent with the bot's help; the bot may not see where it stands, so it sees no message. */
    private Reply editInline(Bot bot, String name, @Nullable ReplyMarkup markup, Change change) {
        var message = core.interactions().inline.message(bot, name);
        if (markup != null && !markup.isInline()) throw Refused.of(400, "Inline keyboard expected");
        if (markup != null)
            markup.require(message.chat().kind(), message.content().firstButton());
        var content = change.check(message).get();
        if (content.equals(message.content()) && same(markup, message.markup())) {
            throw Refused.of(400, "MESSAGE_NOT_MODIFIED");
        }
        core.postman().edit(message, content, markup);
        return BotMethods.TRUE;
    }

    private Reply finish(Bot bot, Message message, Content content, @Nullable ReplyMarkup markup) {
        core.postman().edit(message, content, markup, bot);
        return new Reply.Ok(core.json().edited(message, bot));
    }

    private boolean mayEdit(Bot bot, Message message) {
        var markup = message.markup();
        if (message.posting().marks().paidPost()) return false;
        if (message.content().isService() || message.origin() != null || (markup != null && !markup.isInline())) {
            return false;
        }
        if (message.chat().kind() != Chat.Kind.CHANNEL) return message.isBy(bot);
        return (message.isBy(bot) && core.access().can(bot, message.chat(), Right.POST_MESSAGES))
                || core.access().can(bot, message.chat(), Right.EDIT_MESSAGES);
    }

    private static boolean same(@Nullable ReplyMarkup one, @Nullable ReplyMarkup other) {
        return one == null ? other == null : one.equals(other);
    }
}
