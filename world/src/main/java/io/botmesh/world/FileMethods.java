package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods about files. */
final class FileMethods {
    static final long MOST_DOWNLOAD = 20L << 20;

    private final Core core;

    FileMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("getFile", Pace.OTHER, this::getFile);
    }

    /** Opens, or keeps open, a link to the file; a local server names the file itself. */
    Reply getFile(Bot bot, Params params) {
        var fileId = params.raw("file_id");
        if (fileId.isEmpty()) throw Refused.of(400, "file_id not specified");
        var file = core.files().find(fileId, bot);
        if (file == null) {
            // Only the file's own server knows that an id is another bot's.
            throw Refused.of(
                    400,
                    FileStore.looksLikeId(fileId)
                            ? "wrong file_id or the file is temporarily unavailable"
                            : "Invalid file_id");
        }
        boolean local = core.options().profile() == Profile.LOCAL;
        if (!local && file.content().size() > MOST_DOWNLOAD) throw Refused.of(400, "File is too big");
        var link = bot.links.open(file, core.agenda().now(), core.options().linkLife());
        var onDisk = file.content().path();
        var json = new JsonWriter().object();
        new FileJson(core.files()).writeIds(json, file, bot);
        json.field("file_path", local && onDisk != null ? onDisk.toString() : link);
        return new Reply.Ok(json.endObject().toString());
    }
}
