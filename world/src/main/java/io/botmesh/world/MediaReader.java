package io.botmesh.world;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a call says of a file, from its arguments or from an {@code InputMedia}. */
final class MediaReader {
    private static final int MOST_SECONDS = 86_400;
    private static final int MOST_PIXELS = 10_000;
    private static final int MOST_NOTE = 640;

    /** By name, from wherever. */
    private interface Values {
        String text(String name);

        default int number(String name, int most) {
            return Lenient.integer(text(name), 0, 0, most);
        }

        default boolean flag(String name) {
            return Lenient.flag(text(name));
        }
    }

    private final Core core;

    MediaReader(Core core) {
        this.core = core;
    }

    /** Of a method that sends one file. */
    MediaDraft arguments(Params params, FileType type) {
        var file = InputFile.of(params, type.field());
        if (file == null) throw Refused.of(400, "There is no " + type.words() + " in the request");
        refuseTooLarge(params);
        InputFile second = null;
        if (type == FileType.LIVE_PHOTO) {
            second = InputFile.of(params, "photo");
            if (second == null) throw Refused.of(400, "There is no photo in the request");
        } else if (type == FileType.VIDEO) {
            second = InputFile.of(params, "cover");
        }
        if (type == FileType.VIDEO_NOTE && params.integer("length", 0, 0, MOST_PIXELS) > MOST_NOTE) {
            throw Refused.of(400, "Wrong video note length");
        }
        var caption =
                type.isCaptioned() ? Draft.of(params, "caption", "caption_entities", core.registry()) : Draft.NONE;
        return draft(params, params::raw, type, file, caption, second, "");
    }

    /**
     * Of an {@code InputMedia} or {@code InputPaidMedia}.
     *
     * @param what     which of both
     * @param allowed  its types that may stand there
     * @param refusal  what is said of types that exist but may not stand there
     * @param asIs     whether documents stay documents whatever their names
     */
    MediaDraft media(Params params, JsonNode media, String what, Set<FileType> allowed, String refusal, boolean asIs) {
        try {
            return object(params, media, allowed, refusal, asIs);
        } catch (Refused refused) {
            throw refused.reply() instanceof Reply.Failure failure && failure.code() == 400
                    ? refused.within("Can't parse " + what)
                    : refused;
        }
    }

    private MediaDraft object(Params params, JsonNode media, Set<FileType> allowed, String refusal, boolean asIs) {
        if (!media.isObject()) throw Refused.of(400, "expected an Object");
        Values values = name -> Lenient.raw(media, name);
        var caption = Draft.of(
                values.text("caption"),
                values.text("parse_mode"),
                Draft.nested(media, "caption_entities"),
                core.registry());
        var file = InputFile.of(params, "", values.text("media"), false);
        if (file == null) throw Refused.of(400, "media not found");
        refuseTooLarge(params);
        var name = TextCleaner.requireUnicode(values.text("type"));
        if (name.isEmpty()) throw Refused.of(400, "Can't find field \"type\"");
        FileType type = null;
        for (var one : FileType.values()) if (one.field().equals(name)) type = one;
        if (name.equals("voice_note") && allowed.contains(FileType.VOICE)) type = FileType.VOICE;
        else if (name.equals("sticker") && allowed.contains(FileType.STICKER)) type = FileType.STICKER;
        else if (!Set.of("photo", "video", "animation", "audio", "document", "live_photo")
                .contains(name)) type = null;
        if (type == null) {
            throw Refused.of(400, "type \"" + name + "\" is unsupported");
        }
        if (!allowed.contains(type)) throw Refused.of(400, "type \"" + name + "\" " + refusal);
        InputFile second = switch (type) {
            case LIVE_PHOTO -> InputFile.of(params, "", values.text("photo"), false);
            case VIDEO -> InputFile.of(params, "", values.text("cover"), false);
            default -> null;
        };
        if (type == FileType.LIVE_PHOTO && second == null) throw Refused.of(400, "photo not found");
        var draft = draft(params, values, type, file, caption, second, values.text("thumbnail"));
        return asIs ? draft.withoutDetection() : draft;
    }

    private static MediaDraft draft(
            Params params,
            Values values,
            FileType type,
            InputFile file,
            Draft caption,
            @Nullable InputFile second,
            String thumbnail) {
        int length = values.number("length", MOST_NOTE);
        var said = FileTraits.NONE
                .withSize(
                        type == FileType.VIDEO_NOTE ? length : values.number("width", MOST_PIXELS),
                        type == FileType.VIDEO_NOTE ? length : values.number("height", MOST_PIXELS))
                .withSeconds(values.number("duration", MOST_SECONDS))
                .withMusic(
                        TextCleaner.clean(values.text("title"), List.of(), true).text(),
                        TextCleaner.clean(values.text("performer"), List.of(), true)
                                .text())
                .withStart(type == FileType.VIDEO ? values.number("start_timestamp", MOST_SECONDS) : 0);
        if (type == FileType.STICKER && file instanceof InputFile.Fresh fresh) {
            said = said.withSticker(StickerTraits.loose(
                    fresh.attachment().upload().fileName(), TextCleaner.requireUnicode(values.text("emoji"))));
        }
        return new MediaDraft(
                type,
                file,
                said,
                caption,
                values.flag("show_caption_above_media"),
                values.flag("has_spoiler"),
                !values.flag("disable_content_type_detection"),
                InputFile.thumbnail(params, thumbnail),
                second);
    }

    /** The front of the hosted service looks at sizes before anything else. */
    private void refuseTooLarge(Params params) {
        if (core.options().profile() == Profile.LOCAL) return;
        for (var upload : params.arguments().uploads()) {
            if (upload.content().size() > SendMethods.MOST_UPLOAD) {
                throw Refused.verbatim(413, "Request Entity Too Large");
            }
        }
    }
}
