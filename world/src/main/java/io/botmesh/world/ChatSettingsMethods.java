package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods that change what a chat is called and how it looks. */
final class ChatSettingsMethods {
    static final int MOST_TITLE = 128;
    static final int MOST_DESCRIPTION = 255;

    private final Core core;
    private final ChatDesk desk;

    ChatSettingsMethods(Core core) {
        this.core = core;
        desk = new ChatDesk(core);
    }

    void addTo(MethodTable table) {
        table.faithful("setChatTitle", Pace.OTHER, this::setTitle);
        table.faithful("setChatDescription", Pace.OTHER, this::setDescription);
        table.faithful("setChatPhoto", Pace.OTHER, this::setPhoto);
        table.faithful("deleteChatPhoto", Pace.OTHER, this::deletePhoto);
        table.faithful("setChatStickerSet", Pace.OTHER, this::setStickerSet);
        table.faithful("deleteChatStickerSet", Pace.OTHER, this::deleteStickerSet);
    }

    Reply setTitle(Bot bot, Params params) {
        var raw = params.text("title");
        var chat = core.access().writable(bot, params.raw("chat_id"));
        var title = Names.clean(raw, MOST_TITLE);
        if (title.isEmpty()) throw Refused.of(400, "Title must be non-empty");
        require(bot, chat, "title");
        desk.rename(chat, bot.account(), title);
        return BotMethods.TRUE;
    }

    /** Of this nobody is told. */
    Reply setDescription(Bot bot, Params params) {
        var raw = params.text("description");
        var chat = core.access().writable(bot, params.raw("chat_id"));
        if (chat.kind() == Chat.Kind.PRIVATE) throw Refused.of(400, "Can't change private chat description");
        if (!mayChange(bot, chat)) throw Refused.of(400, "Not enough rights to set chat description");
        var description = Names.cleanLines(raw, MOST_DESCRIPTION);
        if (description.equals(chat.profile().description)) throw Refused.of(400, "CHAT_ABOUT_NOT_MODIFIED");
        chat.profile().description = description;
        return BotMethods.TRUE;
    }

    /** Only a new upload is taken. */
    Reply setPhoto(Bot bot, Params params) {
        var reference = params.raw("photo");
        var field = reference.startsWith("attach://") ? reference.substring("attach://".length()) : "photo";
        var upload = params.upload(field);
        if (upload == null) {
            throw Refused.of(
                    400,
                    reference.isEmpty()
                            ? "There is no photo in the request"
                            : "Photo must be uploaded as an InputFile");
        }
        var chat = core.access().writable(bot, params.raw("chat_id"));
        require(bot, chat, "photo");
        if (upload.content().size() == 0) throw Refused.of(400, "File must be non-empty");
        desk.photo(chat, bot.account(), new InputFiles(core).keepSquare(upload.content()));
        return BotMethods.TRUE;
    }

    Reply deletePhoto(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        require(bot, chat, "photo");
        if (chat.profile().photo == null) throw Refused.of(400, "CHAT_NOT_MODIFIED");
        desk.deletePhoto(chat, bot.account());
        return BotMethods.TRUE;
    }

    Reply setStickerSet(Bot bot, Params params) {
        var name = params.text("sticker_set_name");
        var chat = stickerGroup(bot, params);
        var set = core.interactions().stickers.find(name);
        if (set == null) throw Refused.of(400, "Sticker set not found");
        chat.profile().stickerSet = set.name;
        return BotMethods.TRUE;
    }

    Reply deleteStickerSet(Bot bot, Params params) {
        stickerGroup(bot, params).profile().stickerSet = null;
        return BotMethods.TRUE;
    }

    private Chat stickerGroup(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        MemberMethods.requireSupergroup(chat);
        if (!mayChange(bot, chat)) throw Refused.of(400, "Not enough rights to change supergroup sticker set");
        return chat;
    }

    private void require(Bot bot, Chat chat, String what) {
        if (chat.kind() == Chat.Kind.PRIVATE) throw Refused.of(400, "Can't change private chat " + what);
        if (!mayChange(bot, chat)) throw Refused.of(400, "Not enough rights to change chat " + what);
    }

    /** In a supergroup members may, if all may; elsewhere only administrators. */
    private static boolean mayChange(Bot bot, Chat chat) {
        return chat.kind() == Chat.Kind.SUPERGROUP
                ? chat.permits(bot, Permission.CHANGE_INFO)
                : chat.member(bot.account()).can(Right.CHANGE_INFO);
    }
}
