package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods that send one file. */
final class MediaMethods {
    private final Core core;
    private final Sending sending;
    private final MediaReader reader;

    MediaMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
        reader = new MediaReader(core);
    }

    void addTo(MethodTable table) {
        add(table, "sendPhoto", FileType.PHOTO);
        add(table, "sendLivePhoto", FileType.LIVE_PHOTO);
        add(table, "sendAudio", FileType.AUDIO);
        add(table, "sendDocument", FileType.DOCUMENT);
        add(table, "sendVideo", FileType.VIDEO);
        add(table, "sendAnimation", FileType.ANIMATION);
        add(table, "sendVoice", FileType.VOICE);
        add(table, "sendVideoNote", FileType.VIDEO_NOTE);
        add(table, "sendSticker", FileType.STICKER);
    }

    private void add(MethodTable table, String name, FileType type) {
        table.faithful(name, Pace.SEND, (Bot bot, Params params) -> {
            var draft = reader.arguments(params, type);
            return sending.send(bot, params, name, () -> draft.check(core, bot));
        });
    }
}
