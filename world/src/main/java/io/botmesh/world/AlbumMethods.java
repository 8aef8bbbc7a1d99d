package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The method that sends several files as one. */
final class AlbumMethods {
    private static final int MOST = 10;
    private static final Set<FileType> ALLOWED =
            EnumSet.of(FileType.PHOTO, FileType.VIDEO, FileType.LIVE_PHOTO, FileType.AUDIO, FileType.DOCUMENT);
    /** What happens on the server, after all that is checked before. */
    private static final Set<String> LATE =
            Set.of("IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS", "WEBPAGE_CURL_FAILED", "WEBPAGE_MEDIA_EMPTY");

    private final Core core;
    private final Sending sending;
    private final MediaReader reader;

    AlbumMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
        reader = new MediaReader(core);
    }

    void addTo(MethodTable table) {
        table.faithful("sendMediaGroup", Pace.SEND, this::sendMediaGroup);
    }

    Reply sendMediaGroup(Bot bot, Params params) {
        var drafts = drafts(params);
        var destination = sending.destination(bot, params.without("reply_markup"), "sendMediaGroup");
        var makers = new ArrayList<Supplier<Content>>();
        for (var draft : drafts) {
            makers.add(check(draft, bot, makers.size() + 1));
            core.access().requireSend(bot, destination.chat(), SendKind.of(draft.type()));
        }
        checkGroup(drafts);
        boolean paid = params.flag("allow_paid_broadcast");
        core.meter().send(bot, destination.chat(), makers.size(), core.agenda().now(), paid);
        var contents = new ArrayList<Content>();
        for (var maker : makers) contents.add(maker.get());
        var json = new JsonWriter(1024).array();
        for (var message : post(core, destination.posting(contents.getFirst()), contents, destination.chat())) {
            core.json().write(json, message, bot, true);
        }
        return new Reply.Ok(json.endArray().toString());
    }

    /** Posts contents one after the other, as an album if they are several. */
    static List<Message> post(Core core, Posting like, List<? extends Content> contents, Chat chat) {
        var marks = contents.size() > 1 ? like.marks().withMediaGroup(newId(core)) : like.marks();
        var messages = new ArrayList<Message>();
        for (var content : contents) {
            messages.add(core.postman().post(chat, like.withContent(content).withMarks(marks)));
        }
        return messages;
    }

    static long newId(Core core) {
        return core.interactions().nextId();
    }

    private List<MediaDraft> drafts(Params params) {
        var text = params.required("media");
        var json = Lenient.json(text);
        if (json == null) throw Refused.of(400, "Can't parse media JSON object");
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of InputMedia");
        var drafts = new ArrayList<MediaDraft>();
        for (var media : json.values()) {
            drafts.add(reader.media(params, media, "InputMedia", ALLOWED, "can't be used in sendMediaGroup", true));
        }
        return drafts;
    }

    private Supplier<Content> check(MediaDraft draft, Bot bot, int position) {
        try {
            return draft.check(core, bot);
        } catch (Refused refused) {
            if (!LATE.contains(refused.said())) throw refused;
            throw Refused.of(
                    400, "failed to send message #" + position + " with the error message \"" + refused.said() + '"');
        }
    }

    private static void checkGroup(List<MediaDraft> drafts) {
        if (drafts.isEmpty()) throw Refused.of(400, "There are no messages to send");
        if (drafts.size() > MOST) throw Refused.of(400, "Too many messages to send as an album");
        var visual = drafts.stream().filter(draft -> draft.type().isVisual()).toList();
        if (visual.stream().map(MediaDraft::above).distinct().count() > 1) {
            throw Refused.of(400, "Parameter show_caption_above_media must be the same for all messages");
        }
        for (var alone : List.of(FileType.DOCUMENT, FileType.AUDIO)) {
            long such = drafts.stream().filter(draft -> draft.type() == alone).count();
            if (such > 0 && such < drafts.size()) {
                throw Refused.of(
                        400,
                        (alone == FileType.AUDIO ? "Audio" : "Document") + " can't be mixed with other media types");
            }
        }
    }
}
