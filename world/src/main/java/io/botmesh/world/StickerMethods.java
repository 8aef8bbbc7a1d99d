package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Methods about sticker sets. */
final class StickerMethods {
    private static final int MOST_AT_ONCE = 50;
    private static final int MOST = 120;
    private static final int MOST_EMOJI = 200;
    private static final int MOST_TITLE = 64;
    private static final Set<String> TYPES = Set.of("regular", "mask", "custom_emoji");

    private final Core core;

    StickerMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("getStickerSet", Pace.OTHER, this::getStickerSet);
        table.faithful("getCustomEmojiStickers", Pace.OTHER, this::getCustomEmojiStickers);
        table.faithful("uploadStickerFile", Pace.OTHER, this::uploadStickerFile);
        table.faithful("createNewStickerSet", Pace.OTHER, this::createNewStickerSet);
        table.faithful("addStickerToSet", Pace.OTHER, this::addStickerToSet);
        table.faithful("replaceStickerInSet", Pace.OTHER, this::replaceStickerInSet);
        table.faithful("setStickerPositionInSet", Pace.OTHER, this::setStickerPositionInSet);
        table.faithful("deleteStickerFromSet", Pace.OTHER, this::deleteStickerFromSet);
        table.faithful("setStickerEmojiList", Pace.OTHER, this::setStickerEmojiList);
        table.shallow("setStickerKeywords", Pace.OTHER, this::setStickerKeywords);
        table.faithful("setStickerMaskPosition", Pace.OTHER, this::setStickerMaskPosition);
        table.faithful("setStickerSetTitle", Pace.OTHER, this::setStickerSetTitle);
        table.faithful("setStickerSetThumbnail", Pace.OTHER, this::setStickerSetThumbnail);
        table.faithful("setCustomEmojiStickerSetThumbnail", Pace.OTHER, this::setCustomEmojiStickerSetThumbnail);
        table.faithful("deleteStickerSet", Pace.OTHER, this::deleteStickerSet);
    }

    private StickerSets sets() {
        return core.interactions().stickers;
    }

    private FileJson json() {
        return new FileJson(core.files());
    }

    Reply getStickerSet(Bot bot, Params params) {
        var set = sets().find(params.text("name"));
        if (set == null) throw Refused.of(400, "STICKERSET_INVALID");
        var json = new JsonWriter(1024);
        set.write(json, json(), bot);
        return new Reply.Ok(json.toString());
    }

    /** Those that nobody made are left out. */
    Reply getCustomEmojiStickers(Bot bot, Params params) {
        params.required("custom_emoji_ids");
        var ids = Fields.json(params, "custom_emoji_ids", "Can't parse custom emoji identifiers JSON object");
        if (!ids.isArray()) throw Refused.of(400, "Expected an Array of custom emoji identifiers");
        for (var id : ids.values()) {
            if (!id.isString()) throw Refused.of(400, "Custom emoji identifier must be of type String");
            if (!id.stringValue().matches("-?\\d{1,19}")) {
                throw Refused.of(400, "Invalid custom emoji identifier specified");
            }
        }
        if (ids.size() > MOST_EMOJI) throw Refused.of(400, "Too many custom emoji identifiers specified");
        var json = new JsonWriter(512).array();
        for (var id : ids.values()) {
            var sticker = sets().customEmoji(id.stringValue());
            if (sticker != null) json().write(json, sticker, bot);
        }
        return new Reply.Ok(json.endArray().toString());
    }

    Reply uploadStickerFile(Bot bot, Params params) {
        long userId = params.userId("user_id");
        InputSticker.format(params.text("sticker_format"));
        var file = InputFile.of(params, "sticker", "", true);
        core.access().person(bot, userId);
        if (file == null) throw Refused.of(400, "There is no sticker file in the request");
        var kept = keep(bot, file);
        var json = new JsonWriter().object();
        json().writeIds(json, kept.get(), bot);
        return new Reply.Ok(json.endObject().toString());
    }

    private Supplier<FileRecord> keep(Bot bot, InputFile file) {
        return new InputFiles(core).check(file, FileType.STICKER, FileTraits.NONE, bot);
    }

    /** The name has to tell which bot made it. */
    Reply createNewStickerSet(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var name = params.text("name").strip();
        var title = title(params);
        var written = Fields.json(params, "stickers", "Can't parse stickers JSON object");
        if (!written.isArray()) throw Refused.of(400, "Expected an Array of InputSticker");
        if (written.size() > MOST_AT_ONCE) throw Refused.of(400, "Too many stickers specified");
        var stickers = written.values().stream()
                .map(one -> Fields.within("Can't parse InputSticker", one, json -> {
                    return InputSticker.parse(params, json, params.text("sticker_format"));
                }))
                .toList();
        var type = params.has("sticker_type") ? params.text("sticker_type") : "regular";
        if (!TYPES.contains(type)) throw Refused.of(400, "Unsupported sticker type specified");
        var owner = core.access().person(bot, userId);
        if (title.isEmpty()) throw Refused.of(400, "Sticker set title must be non-empty");
        var ending = "_by_" + bot.account().username();
        if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,63}")
                || name.contains("__")
                || !name.toLowerCase(java.util.Locale.ROOT).endsWith(ending.toLowerCase(java.util.Locale.ROOT))) {
            throw Refused.of(400, "PACK_SHORT_NAME_INVALID");
        }
        if (stickers.isEmpty()) throw Refused.of(400, "STICKERS_EMPTY");
        if (sets().find(name) != null) throw Refused.of(400, "PACK_SHORT_NAME_OCCUPIED");
        var makers = stickers.stream().map(sticker -> keep(bot, sticker.file())).toList();
        var set = new StickerSet(name, title, type, bot, owner);
        sets().add(set);
        boolean repainted = params.flag("needs_repainting") && type.equals("custom_emoji");
        for (int i = 0; i < stickers.size(); i++) {
            set.stickers.add(enter(set, stickers.get(i), makers.get(i).get(), repainted));
        }
        return BotMethods.TRUE;
    }

    private FileRecord enter(StickerSet set, InputSticker sticker, FileRecord file, boolean repainted) {
        var emojiId = set.type.equals("custom_emoji")
                ? Long.toString(core.interactions().nextId())
                : null;
        boolean animated = sticker.format().equals("animated");
        boolean video = sticker.format().equals("video");
        var traits = new StickerTraits(
                set.type, animated, video, firstEmoji(sticker.emojis()), set.name, sticker.mask(), emojiId, repainted);
        return core.files().change(file, file.traits().withSticker(traits));
    }

    /** What a sticker shows as its emoji. */
    private static String firstEmoji(String emojis) {
        return emojis.isEmpty() ? "" : new String(Character.toChars(emojis.codePointAt(0)));
    }

    Reply addStickerToSet(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var sticker = sticker(params);
        core.access().person(bot, userId);
        var set = own(bot, params.text("name"));
        if (set.stickers.size() >= MOST) throw Refused.of(400, "STICKERS_TOO_MUCH");
        set.stickers.add(enter(set, sticker, keep(bot, sticker.file()).get(), false));
        return BotMethods.TRUE;
    }

    Reply replaceStickerInSet(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var old = file(bot, params, "old_sticker");
        var sticker = sticker(params);
        core.access().person(bot, userId);
        var set = own(bot, params.text("name"));
        int at = set.indexOf(old);
        if (at < 0) throw Refused.of(400, "STICKER_INVALID");
        set.stickers.set(at, enter(set, sticker, keep(bot, sticker.file()).get(), false));
        leave(old);
        return BotMethods.TRUE;
    }

    private void leave(FileRecord file) {
        var traits = file.traits().sticker();
        if (traits == null) return;
        core.files().change(file, file.traits().withSticker(StickerTraits.loose(file.name(), traits.emoji())));
    }

    Reply setStickerPositionInSet(Bot bot, Params params) {
        var file = file(bot, params, "sticker");
        int position = params.integer("position", -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
        var set = setOf(bot, file);
        if (position < 0) throw Refused.of(400, "Wrong sticker position specified");
        var sticker = set.stickers.remove(set.indexOf(file));
        set.stickers.add(Math.min(position, set.stickers.size()), sticker);
        return BotMethods.TRUE;
    }

    Reply deleteStickerFromSet(Bot bot, Params params) {
        var file = file(bot, params, "sticker");
        var set = setOf(bot, file);
        set.stickers.remove(set.indexOf(file));
        leave(file);
        return BotMethods.TRUE;
    }

    Reply setStickerEmojiList(Bot bot, Params params) {
        var file = file(bot, params, "sticker");
        var list = Fields.json(params, "emoji_list", "Can't parse emoji list JSON array");
        var emojis = Fields.within("Can't parse emoji list", list, InputSticker::emojis);
        change(bot, file, old -> with(old, firstEmoji(emojis), old.maskJson()));
        return BotMethods.TRUE;
    }

    /** They only help people to find it, so that no bot sees them again. */
    Reply setStickerKeywords(Bot bot, Params params) {
        var file = file(bot, params, "sticker");
        if (params.has("keywords")) {
            var keywords = Fields.json(params, "keywords", "Can't parse keywords JSON object");
            if (!keywords.isArray()) throw Refused.of(400, "Field \"keywords\" must be an Array");
            InputSticker.keywords(List.copyOf(keywords.values()));
        }
        setOf(bot, file);
        return BotMethods.TRUE;
    }

    Reply setStickerMaskPosition(Bot bot, Params params) {
        var file = file(bot, params, "sticker");
        @Nullable String mask = null;
        if (params.has("mask_position")) {
            var json = Fields.json(params, "mask_position", "Can't parse mask position JSON object");
            mask = Fields.within("Can't parse mask position", json, InputSticker::mask);
        }
        if (!setOf(bot, file).type.equals("mask")) throw Refused.of(400, "STICKER_INVALID");
        var position = mask;
        change(bot, file, old -> with(old, old.emoji(), position));
        return BotMethods.TRUE;
    }

    private static StickerTraits with(StickerTraits old, String emoji, @Nullable String mask) {
        return new StickerTraits(
                old.type(),
                old.animated(),
                old.video(),
                emoji,
                old.setName(),
                mask,
                old.customEmojiId(),
                old.repainted());
    }

    private void change(Bot bot, FileRecord file, UnaryOperator<StickerTraits> change) {
        var set = setOf(bot, file);
        var traits = file.traits().sticker();
        if (traits == null) throw Refused.of(400, "STICKER_INVALID");
        var changed = core.files().change(file, file.traits().withSticker(change.apply(traits)));
        set.stickers.set(set.indexOf(file), changed);
    }

    Reply setStickerSetTitle(Bot bot, Params params) {
        var title = title(params);
        var set = own(bot, params.text("name"));
        if (title.isEmpty()) throw Refused.of(400, "Sticker set title must be non-empty");
        set.title = title;
        return BotMethods.TRUE;
    }

    /** No thumbnail takes it away. */
    Reply setStickerSetThumbnail(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var file = InputFile.of(params, "thumbnail");
        if (file == null) file = InputFile.of(params, "thumb");
        var format = params.text("format");
        InputSticker.format(format.isEmpty() ? "auto" : format);
        core.access().person(bot, userId);
        var set = own(bot, params.text("name"));
        set.thumbnail = file == null ? null : keep(bot, file).get();
        return BotMethods.TRUE;
    }

    Reply setCustomEmojiStickerSetThumbnail(Bot bot, Params params) {
        var set = own(bot, params.text("name"));
        if (!set.type.equals("custom_emoji")) throw Refused.of(400, "STICKERSET_INVALID");
        var id = params.text("custom_emoji_id");
        var sticker = id.isEmpty() ? null : sets().customEmoji(id);
        if (!id.isEmpty() && (sticker == null || set.indexOf(sticker) < 0)) {
            throw Refused.of(400, "STICKER_INVALID");
        }
        set.thumbnail = sticker;
        return BotMethods.TRUE;
    }

    Reply deleteStickerSet(Bot bot, Params params) {
        var set = own(bot, params.text("name"));
        set.stickers.forEach(this::leave);
        sets().remove(set);
        return BotMethods.TRUE;
    }

    private static String title(Params params) {
        var title = TextCleaner.clean(params.text("title"), List.of(), true).text();
        return title.codePointCount(0, title.length()) <= MOST_TITLE
                ? title
                : title.substring(0, title.offsetByCodePoints(0, MOST_TITLE));
    }

    private static InputSticker sticker(Params params) {
        var json = Fields.json(params, "sticker", "Can't parse sticker JSON object");
        return Fields.within("Can't parse sticker", json, value -> InputSticker.parse(params, value, "auto"));
    }

    private FileRecord file(Bot bot, Params params, String field) {
        var id = params.text(field).strip();
        if (id.isEmpty()) throw Refused.of(400, "Sticker is not specified");
        var file = core.files().find(id, bot);
        if (file == null) throw Refused.of(400, "Wrong file identifier/HTTP URL specified");
        return file;
    }

    /** A bot changes only what it made. */
    private StickerSet own(Bot bot, String name) {
        var set = sets().find(name);
        if (set == null || set.bot != bot) throw Refused.of(400, "STICKERSET_INVALID");
        return set;
    }

    private StickerSet setOf(Bot bot, FileRecord file) {
        var set = sets().of(file);
        if (set == null || set.bot != bot) throw Refused.of(400, "STICKERSET_NOT_MODIFIED");
        return set;
    }
}
