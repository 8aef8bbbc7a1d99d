package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods about the photos of bots and people. */
final class ProfilePhotos {
    private final Core core;

    ProfilePhotos(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("getUserProfilePhotos", Pace.OTHER, this::getUserProfilePhotos);
        table.shallow("getUserProfileAudios", Pace.OTHER, this::getUserProfileAudios);
        table.faithful("setMyProfilePhoto", Pace.OTHER, this::setMyProfilePhoto);
        table.faithful("removeMyProfilePhoto", Pace.OTHER, this::removeMyProfilePhoto);
    }

    /** The newest first. */
    Reply getUserProfilePhotos(Bot bot, Params params) {
        long userId = params.userId("user_id");
        int from = params.integer("offset", 0, 0, Integer.MAX_VALUE);
        int limit = params.integer("limit", 100, 1, 100);
        var photos = core.access().person(bot, userId).photos;
        var json = new JsonWriter(512).object().field("total_count", photos.size());
        json.name("photos").array();
        var files = new FileJson(core.files());
        for (int i = from; i < photos.size() && i - from < limit; i++) files.writeSizes(json, photos.get(i), bot);
        return new Reply.Ok(json.endArray().endObject().toString());
    }

    /** Nobody shows music here. */
    Reply getUserProfileAudios(Bot bot, Params params) {
        core.access().person(bot, params.userId("user_id"));
        var json = new JsonWriter().object().field("total_count", 0);
        json.name("audios").array();
        return new Reply.Ok(json.endArray().endObject().toString());
    }

    Reply setMyProfilePhoto(Bot bot, Params params) {
        bot.account().photos.addFirst(read(core, bot, params));
        return BotMethods.TRUE;
    }

    Reply removeMyProfilePhoto(Bot bot, Params params) {
        if (!bot.account().photos.isEmpty()) bot.account().photos.removeFirst();
        return BotMethods.TRUE;
    }

    /** The file of an {@code InputProfilePhoto}, which must come along. */
    static FileRecord read(Core core, Bot bot, Params params) {
        params.required("photo");
        var json = Fields.json(params, "photo", "Can't parse InputProfilePhoto JSON object");
        return Fields.within("Can't parse InputProfilePhoto", json, value -> {
            var fields = Fields.of(value, "InputProfilePhoto must be an Object");
            var type = fields.requiredText("type");
            boolean still = type.equals("static");
            if (!still && !type.equals("animated")) throw Refused.of(400, "invalid profile photo type specified");
            var name = still ? "photo" : "animation";
            var file = InputFile.of(params, "", fields.requiredText(name), true);
            if (file == null) throw Refused.of(400, name + " file isn't specified");
            var kind = still ? FileType.PHOTO : FileType.ANIMATION;
            var inputs = new InputFiles(core);
            var kept = inputs.check(file, kind, FileTraits.NONE, bot);
            return still && file instanceof InputFile.Fresh fresh
                    ? inputs.keepSquare(fresh.attachment().upload().content())
                    : kept.get();
        });
    }
}
