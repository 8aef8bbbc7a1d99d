package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.Locale;
import java.util.Set;

/** Methods that make new messages. */
final class SendMethods {
    static final int MOST_TEXT = 4096;
    static final int MOST_CAPTION = 1024;
    static final long MOST_UPLOAD = 50L << 20;

    private static final Set<String> ACTIONS = Set.of(
            "cancel",
            "typing",
            "record_video",
            "upload_video",
            "record_audio",
            "record_voice",
            "upload_audio",
            "upload_voice",
            "upload_photo",
            "upload_document",
            "choose_sticker",
            "pick_up_location",
            "find_location",
            "record_video_note",
            "upload_video_note");

    private final Core core;
    private final Sending sending;

    SendMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
    }

    void addTo(MethodTable table) {
        table.faithful("sendMessage", Pace.SEND, this::sendMessage);
        table.shallow("sendChatAction", Pace.OTHER, this::sendChatAction);
    }

    Reply sendMessage(Bot bot, Params params) {
        if (!params.has("text")) throw Refused.of(400, "Message text is empty");
        var draft = Draft.of(params, "text", "entities", core.registry());
        var preview = LinkPreview.parse(params);
        return sending.send(bot, params, "sendMessage", () -> {
            var content = new TextContent(text(draft), preview);
            return () -> content;
        });
    }

    Reply sendChatAction(Bot bot, Params params) {
        var action = params.text("action").toLowerCase(Locale.ROOT);
        if (!ACTIONS.contains(action)) throw Refused.of(400, "Wrong parameter action in request");
        core.access().requireSend(bot, core.interactions().connections.writable(bot, params, core.access()));
        return BotMethods.TRUE;
    }

    static FormattedText text(Draft draft) {
        var text = draft.clean(false);
        if (text.codePoints() > MOST_TEXT) throw Refused.of(400, "Message is too long");
        return text;
    }

    static FormattedText caption(Draft draft) {
        var caption = draft.clean(true);
        if (caption.codePoints() > MOST_CAPTION) throw Refused.of(400, "Message caption is too long");
        return caption;
    }
}
