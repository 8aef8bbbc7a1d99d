package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import org.jspecify.annotations.Nullable;

/** Methods that change messages. */
final class EditMethods {
    private interface Change {
        /** The content after the edit; refuses if that message has nothing of the kind. */
        Content apply(Message message);
    }

    private final Core core;

    EditMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("editMessageText", Pace.SEND, this::editMessageText);
        table.faithful("editMessageCaption", Pace.SEND, this::editMessageCaption);
        table.faithful("editMessageReplyMarkup", Pace.SEND, this::editMessageReplyMarkup);
    }

    Reply editMessageText(Bot bot, Params params) {
        if (!params.has("text")) {
            if (params.has("rich_message")) throw Refused.notBuilt("editMessageText with rich_message");
            throw Refused.of(400, "Message text is empty");
        }
        var draft = Draft.of(params, "text", "entities", core.registry());
        var preview = LinkPreview.parse(params);
        return edit(bot, params, message -> {
            if (!(message.content() instanceof TextContent)) {
                throw Refused.of(400, "There is no text in the message to edit");
            }
            return new TextContent(SendMethods.text(draft), preview);
        });
    }

    Reply editMessageCaption(Bot bot, Params params) {
        var draft = Draft.of(params, "caption", "caption_entities", core.registry());
        boolean above = params.flag("show_caption_above_media");
        return edit(bot, params, message -> {
            if (!(message.content() instanceof Content.Captioned media)) {
                throw Refused.of(400, "There is no caption in the message to edit");
            }
            return media.withCaption(SendMethods.caption(draft), above);
        });
    }

    Reply editMessageReplyMarkup(Bot bot, Params params) {
        return edit(bot, params, Message::content);
    }

    private Reply edit(Bot bot, Params params, Change change) {
        var markup = ReplyMarkup.parse(params);
        var chatId = params.text("chat_id");
        int messageId = params.messageId("message_id");
        if (chatId.isEmpty() && messageId == 0) {
            if (params.has("inline_message_id")) throw Refused.notBuilt("editing an inline message");
            throw Refused.of(400, "Message identifier is not specified");
        }
        var chat = core.access().writable(bot, chatId);
        if (messageId == 0) throw Refused.of(400, "Message identifier is not specified");
        var message = core.access().message(bot, chat, messageId, "message to edit");
        if (!mayEdit(bot, message)) throw Refused.of(400, "Message can't be edited");
        if (markup != null && !markup.isInline()) throw Refused.of(400, "Inline keyboard expected");
        if (markup != null) markup.require(chat.kind(), message.content().firstButton());
        var content = change.apply(message);
        if (content.equals(message.content()) && same(markup, message.markup())) {
            throw Refused.of(400, "MESSAGE_NOT_MODIFIED");
        }
        core.meter().edit(bot, chat, core.agenda().now());
        core.postman().edit(message, content, markup);
        return new Reply.Ok(core.json().edited(message, bot));
    }

    private boolean mayEdit(Bot bot, Message message) {
        var markup = message.markup();
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
