package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/** Methods that change messages. */
final class EditMethods {
    private static final Set<FileType> REPLACEABLE = EnumSet.of(
            FileType.PHOTO, FileType.VIDEO, FileType.ANIMATION, FileType.AUDIO, FileType.DOCUMENT, FileType.LIVE_PHOTO);

    private final Core core;
    private final Editing editing;
    private final MediaReader reader;

    EditMethods(Core core) {
        this.core = core;
        editing = new Editing(core);
        reader = new MediaReader(core);
    }

    void addTo(MethodTable table) {
        table.faithful("editMessageText", Pace.SEND, this::editMessageText);
        table.faithful("editMessageCaption", Pace.SEND, this::editMessageCaption);
        table.faithful("editMessageMedia", Pace.SEND, this::editMessageMedia);
        table.faithful("editMessageReplyMarkup", Pace.SEND, this::editMessageReplyMarkup);
    }

    Reply editMessageText(Bot bot, Params params) {
        if (!params.has("text")) {
            if (!params.has("rich_message")) throw Refused.of(400, "Message text is empty");
            var rich = new RichReader(core, params).read(params);
            return editing.edit(bot, params, message -> {
                requireText(message);
                return rich.check(core, bot);
            });
        }
        var draft = Draft.of(params, "text", "entities", core.registry());
        var preview = LinkPreview.parse(params);
        return editing.edit(bot, params, message -> {
            requireText(message);
            var text = SendMethods.text(draft);
            var content = message.content() instanceof GameContent game
                    ? game.withText(text)
                    : new TextContent(text, preview);
            return () -> content;
        });
    }

    /** Under a game stands a text too. */
    private static void requireText(Message message) {
        var content = message.content();
        boolean has =
                content instanceof TextContent || content instanceof RichContent || content instanceof GameContent;
        if (!has) {
            throw Refused.of(400, "There is no text in the message to edit");
        }
    }

    Reply editMessageCaption(Bot bot, Params params) {
        var draft = Draft.of(params, "caption", "caption_entities", core.registry());
        boolean above = params.flag("show_caption_above_media");
        return editing.edit(bot, params, message -> {
            if (!(message.content() instanceof Content.Captioned media)) {
                throw Refused.of(400, "There is no caption in the message to edit");
            }
            var content = media.withCaption(SendMethods.caption(draft), above);
            return () -> content;
        });
    }

    Reply editMessageMedia(Bot bot, Params params) {
        var json = Lenient.json(params.required("media"));
        if (json == null) throw Refused.of(400, "Can't parse input media JSON object");
        var draft = reader.media(params, json, "InputMedia", REPLACEABLE, "is unsupported", false);
        return editing.edit(bot, params, new Editing.Change() {
            @Override
            public Supplier<Content> check(Message message) {
                checkReplaceable(message, draft.type());
                return draft.check(core, bot);
            }

            @Override
            public boolean bringsFiles() {
                return draft.bringsFiles();
            }
        });
    }

    /** A text may become a file, and any of these files another; in an album it must go with the others. */
    private static void checkReplaceable(Message message, FileType type) {
        if (message.content() instanceof TextContent) return;
        if (!(message.content() instanceof MediaContent media)
                || !REPLACEABLE.contains(media.file().type())) {
            throw Refused.of(400, "Message media can't be edited");
        }
        if (message.posting().marks().mediaGroupId() == 0) return;
        var before = media.file().type();
        boolean stays = before == type || (isMixed(before) && isMixed(type));
        if (!stays) throw Refused.of(400, "Can't change media type in the album");
    }

    private static boolean isMixed(FileType type) {
        return type == FileType.PHOTO || type == FileType.VIDEO || type == FileType.LIVE_PHOTO;
    }

    Reply editMessageReplyMarkup(Bot bot, Params params) {
        return editing.edit(bot, params, message -> message::content);
    }
}
