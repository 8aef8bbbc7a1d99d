package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.Locale;
import java.util.Objects;
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
        table.faithful("sendDocument", Pace.SEND, this::sendDocument);
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

    Reply sendDocument(Bot bot, Params params) {
        var upload = params.upload("document");
        var reference = params.text("document");
        if (upload == null && reference.isEmpty()) throw Refused.of(400, "There is no document in the request");
        if (upload != null
                && core.options().profile() != Profile.LOCAL
                && upload.content().size() > MOST_UPLOAD) {
            throw Refused.verbatim(413, "Request Entity Too Large");
        }
        var draft = Draft.of(params, "caption", "caption_entities", core.registry());
        boolean detect = !params.flag("disable_content_type_detection");
        boolean above = params.flag("show_caption_above_media");
        return sending.send(bot, params, "sendDocument", () -> {
            if (upload != null && upload.content().size() == 0) throw Refused.of(400, "File must be non-empty");
            var known = upload == null ? known(bot, reference) : null;
            var caption = caption(draft);
            return () -> {
                var file = known != null ? known : core.files().add(Objects.requireNonNull(upload), detect);
                return new MediaContent(file, caption, above);
            };
        });
    }

    Reply sendChatAction(Bot bot, Params params) {
        var action = params.text("action").toLowerCase(Locale.ROOT);
        if (!ACTIONS.contains(action)) throw Refused.of(400, "Wrong parameter action in request");
        core.access().requireSend(bot, core.access().writable(bot, params.text("chat_id")));
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

    private FileRecord known(Bot bot, String reference) {
        if (reference.startsWith("http://") || reference.startsWith("https://")) {
            throw Refused.of(400, "WEBPAGE_CURL_FAILED");
        }
        var file = core.files().find(reference, bot);
        if (file == null) throw Refused.of(400, "Wrong file identifier/HTTP URL specified");
        return file;
    }
}
