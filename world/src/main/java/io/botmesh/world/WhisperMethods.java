package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Methods that change messages which only one member of a group sees. */
final class WhisperMethods {
    private static final Set<FileType> FILES = EnumSet.of(
            FileType.PHOTO, FileType.VIDEO, FileType.ANIMATION, FileType.AUDIO, FileType.DOCUMENT, FileType.LIVE_PHOTO);

    private final Core core;

    WhisperMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.shallow("editEphemeralMessageText", Pace.SEND, this::editText);
        table.shallow("editEphemeralMessageCaption", Pace.SEND, this::editCaption);
        table.shallow("editEphemeralMessageMedia", Pace.SEND, this::editMedia);
        table.shallow("editEphemeralMessageReplyMarkup", Pace.SEND, this::editMarkup);
        table.shallow("deleteEphemeralMessage", Pace.OTHER, this::delete);
    }

    /** Who a call means to whisper to; null if it speaks up. */
    static @Nullable Account receiver(Params params, Chat chat, Registry registry) {
        var text = params.text("ephemeral_message_parameters");
        if (text.isEmpty()) return null;
        var json = Lenient.json(text);
        if (json == null || !json.isObject()) throw Refused.of(400, "Object expected as ephemeral message parameters");
        var receiver = registry.account(Lenient.number(json, "receiver_user_id"));
        if (receiver == null) throw Refused.of(400, "Invalid receiver_user_id specified");
        if (chat.kind() == Chat.Kind.PRIVATE || chat.kind() == Chat.Kind.CHANNEL) {
            throw Refused.of(400, "Ephemeral messages can be sent only to groups");
        }
        if (!chat.member(receiver).isIn()) throw Refused.of(400, "USER_NOT_PARTICIPANT");
        return receiver;
    }

    Reply editText(Bot bot, Params params) {
        if (params.has("rich_message")) {
            var rich = new RichReader(core, params).read(params);
            return edit(bot, params, before -> rich.check(core, bot).get());
        }
        if (!params.has("text")) throw Refused.of(400, "Message text is empty");
        var draft = Draft.of(params, "text", "entities", core.registry());
        var preview = LinkPreview.parse(params);
        return edit(bot, params, before -> {
            if (!(before instanceof RichContent) && !before.files().isEmpty())
                throw Refused.of(400, "There is no text in the message to edit");
            return new TextContent(SendMethods.text(draft), preview);
        });
    }

    Reply editCaption(Bot bot, Params params) {
        var draft = Draft.of(params, "caption", "caption_entities", core.registry());
        return edit(bot, params, before -> {
            if (!(before instanceof Content.Captioned media)) {
                throw Refused.of(400, "There is no caption in the message to edit");
            }
            return media.withCaption(SendMethods.caption(draft), params.flag("show_caption_above_media"));
        });
    }

    Reply editMedia(Bot bot, Params params) {
        var json = Lenient.json(params.required("media"));
        if (json == null) throw Refused.of(400, "Can't parse input media JSON object");
        var draft = new MediaReader(core).media(params, json, "InputMedia", FILES, "is unsupported", false);
        return edit(bot, params, before -> draft.check(core, bot).get());
    }

    Reply editMarkup(Bot bot, Params params) {
        return edit(bot, params, before -> before);
    }

    Reply delete(Bot bot, Params params) {
        var message = find(bot, params, "message to delete");
        message.chat().whispers.remove(whisper(message).id());
        return BotMethods.TRUE;
    }

    private Reply edit(Bot bot, Params params, Function<Content, Content> change) {
        var markup = ReplyMarkup.parse(params);
        var message = find(bot, params, "message to edit");
        message.edit(change.apply(message.content()), markup, core.agenda().seconds());
        return BotMethods.TRUE;
    }

    private Message find(Bot bot, Params params, String what) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        var message = chat.whispers.get(params.messageId("ephemeral_message_id"));
        if (message == null
                || !message.isBy(bot)
                || whisper(message).receiver().id() != params.userId("receiver_user_id")) {
            throw Refused.of(400, what + " not found");
        }
        return message;
    }

    private static Whisper whisper(Message message) {
        var whisper = message.posting().marks().whisper();
        if (whisper == null) throw new IllegalStateException("everybody sees it");
        return whisper;
    }
}
