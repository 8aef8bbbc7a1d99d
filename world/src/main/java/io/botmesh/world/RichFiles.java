package io.botmesh.world;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The files that an {@code InputRichMessage} shows, in the order in which it does. */
final class RichFiles {
    /** Stands in the blocks for the type and the field of a file: no JSON has it. */
    static final char MARK = '\u001a';

    /** A tag with the address of a file, and what may close it. */
    static final Pattern HTML =
            Pattern.compile("<(?:img|video|audio)\\s[^<>]*?src=[\"']tg://(?:photo|video|audio|document)"
                    + "\\?id=(?<id>[A-Za-z0-9_-]{1,64})[\"'][^<>]*>(?:\\s*</(?:img|video|audio)>)?");

    static final Pattern MARKDOWN = Pattern.compile(
            "!\\[[^\\]\\n]*\\]\\(tg://(?:photo|video|audio|document)\\?id=(?<id>[A-Za-z0-9_-]{1,64})\\)");

    private static final Set<String> TYPES = Set.of("animation", "audio", "document", "photo", "video", "voice_note");
    private static final Set<FileType> ALLOWED = EnumSet.of(
            FileType.ANIMATION, FileType.AUDIO, FileType.DOCUMENT, FileType.PHOTO, FileType.VIDEO, FileType.VOICE);

    private final MediaReader reader;
    private final Params params;
    private final List<MediaDraft> drafts = new ArrayList<>();

    RichFiles(Core core, Params params) {
        reader = new MediaReader(core);
        this.params = params;
    }

    /** Whether blocks of that type show a file. */
    static boolean isFile(String blockType) {
        return TYPES.contains(blockType);
    }

    List<MediaDraft> drafts() {
        return List.copyOf(drafts);
    }

    MediaDraft draft(JsonNode media) {
        return reader.media(params, media, "InputMedia", ALLOWED, "can't be used in rich messages", true);
    }

    /** Writes the place of the next file into an open block. */
    void write(JsonWriter block, MediaDraft draft) {
        block.name("type").raw(String.valueOf(MARK).getBytes(US_ASCII));
        drafts.add(draft);
    }

    /**
     * Files that a text shows by their ids.
     *
     * @param form how it does so, with the group {@code id}
     */
    record Named(Pattern form, Map<String, MediaDraft> byId) {
        MediaDraft draft(String id) {
            var draft = byId.get(id);
            if (draft == null) throw Refused.of(400, "Rich message media not found");
            return draft;
        }
    }

    Named named(JsonNode message, Pattern form) {
        var byId = new HashMap<String, MediaDraft>();
        var media = message.get("media");
        if (media != null && media.isArray()) {
            for (var one : media.values()) {
                var file = one.get("media");
                var id = Lenient.text(one, "id");
                if (!id.matches("[A-Za-z0-9_-]{1,64}") || file == null) {
                    throw Refused.of(400, "Can't parse InputRichMessageMedia");
                }
                byId.put(id, draft(file));
            }
        }
        return new Named(form, byId);
    }
}
