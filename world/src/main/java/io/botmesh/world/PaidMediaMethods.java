package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The method that sends files for Stars. */
final class PaidMediaMethods {
    private static final int MOST_ITEMS = 10;
    private static final int MOST_STARS = 25_000;
    private static final int MOST_PAYLOAD_BYTES = 128;
    private static final Set<FileType> ALLOWED = EnumSet.of(FileType.PHOTO, FileType.VIDEO, FileType.LIVE_PHOTO);

    private final Core core;
    private final Sending sending;
    private final MediaReader reader;

    PaidMediaMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
        reader = new MediaReader(core);
    }

    void addTo(MethodTable table) {
        table.faithful("sendPaidMedia", Pace.SEND, this::sendPaidMedia);
    }

    Reply sendPaidMedia(Bot bot, Params params) {
        int stars = params.integer("star_count", 0, 0, 1_000_000);
        var json = Lenient.json(params.required("media"));
        if (json == null) throw Refused.of(400, "Can't parse paid media JSON object");
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of InputPaidMedia");
        var drafts = new ArrayList<MediaDraft>();
        for (var media : json.values()) {
            drafts.add(reader.media(params, media, "InputPaidMedia", ALLOWED, "is unsupported", false));
        }
        var payload = params.text("payload");
        var caption = Draft.of(params, "caption", "caption_entities", core.registry());
        boolean above = params.flag("show_caption_above_media");
        return sending.send(bot, params, "sendPaidMedia", () -> {
            if (drafts.isEmpty() || drafts.size() > MOST_ITEMS) {
                throw Refused.of(400, "Wrong number of paid media specified");
            }
            if (stars <= 0 || stars > MOST_STARS) throw Refused.of(400, "Invalid media price specified");
            if (TextCleaner.utf8Length(payload) > MOST_PAYLOAD_BYTES) {
                throw Refused.of(400, "Paid media payload is too long");
            }
            var makers = drafts.stream().map(draft -> draft.check(core, bot)).toList();
            var words = SendMethods.caption(caption);
            return () -> new PaidMediaContent(stars, files(makers), payload, words, above);
        });
    }

    private static List<FileRecord> files(List<Supplier<Content>> makers) {
        return makers.stream().flatMap(maker -> maker.get().files().stream()).toList();
    }
}
