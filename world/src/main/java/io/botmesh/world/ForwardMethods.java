package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Methods that show old messages again. */
final class ForwardMethods {
    private static final int MOST_SECONDS = 86_400;

    private final Core core;
    private final Sending sending;

    ForwardMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
    }

    void addTo(MethodTable table) {
        table.faithful("forwardMessage", Pace.SEND, this::forwardMessage);
        table.faithful("forwardMessages", Pace.SEND, this::forwardMessages);
        table.faithful("copyMessage", Pace.SEND, this::copyMessage);
        table.faithful("copyMessages", Pace.SEND, this::copyMessages);
    }

    /** The one call that reads any post back: the answer is the whole message. */
    Reply forwardMessage(Bot bot, Params params) {
        var message = source(bot, params, "message to forward");
        var chat = core.access().writable(bot, params.raw("chat_id"));
        var marks = Sending.marks(bot, chat, params, Answering.NOTHING);
        core.access().requireSend(bot, chat, SendKind.of(message.content()));
        if (message.isProtected()) {
            throw Refused.of(400, "Message has protected content and can't be forwarded");
        }
        if (!message.content().canBeForwarded()) throw Refused.of(400, "The message can't be forwarded");
        var direct = sending.direct(chat, params, Answering.NOTHING);
        core.meter().send(bot, chat, 1, core.agenda().now());
        var posting = forward(bot, message).withMarks(marks);
        posting = posting.withContent(startingAt(params, posting.content()));
        var forwarded = core.postman().post(chat, direct == null ? posting : posting.withDirect(direct));
        return new Reply.Ok(core.json().message(forwarded, bot));
    }

    Reply forwardMessages(Bot bot, Params params) {
        return many(bot, params, "Messages can't be forwarded", message -> {
            return message.isProtected() || !message.content().canBeForwarded() ? null : forward(bot, message);
        });
    }

    Reply copyMessage(Bot bot, Params params) {
        var fromChatId = params.requiredRaw("from_chat_id");
        int messageId = params.messageId("message_id");
        boolean recaption = params.arguments().text("caption") != null;
        var draft = Draft.of(params, "caption", "caption_entities", core.registry());
        var target = ReplyTarget.parse(params, core.registry());
        var markup = ReplyMarkup.parse(params);
        var from = core.access().readable(bot, fromChatId);
        var message = core.access().message(bot, from, messageId, "message to copy");
        var chat = core.access().writable(bot, params.raw("chat_id"));
        var answering = target.resolve(bot, chat, core.access());
        core.access().requireSend(bot, chat, SendKind.of(message.content()));
        if (!message.content().canBeCopied()) throw Refused.of(400, "The message can't be copied");
        var content = recaption && message.content() instanceof Content.Captioned media
                ? media.withCaption(SendMethods.caption(draft), params.flag("show_caption_above_media"))
                : message.content();
        var marks = Sending.marks(bot, chat, params, answering);
        var direct = sending.direct(chat, params, answering);
        core.meter().send(bot, chat, 1, core.agenda().now(), params.flag("allow_paid_broadcast"));
        var own = startingAt(params, content.copied(bot, core.interactions().nextId()));
        var posting = Posting.of(bot.account(), own)
                .answering(answering)
                .withMarkup(markup)
                .withMarks(marks);
        var copy = core.postman().post(chat, direct == null ? posting : posting.withDirect(direct));
        return new Reply.Ok(writeId(new JsonWriter(), copy, bot).toString());
    }

    Reply copyMessages(Bot bot, Params params) {
        boolean bare = params.flag("remove_caption");
        return many(bot, params, "Messages can't be copied", message -> {
            if (!message.content().canBeCopied()) return null;
            var content = bare && message.content() instanceof Content.Captioned media
                    ? media.withCaption(FormattedText.EMPTY, false)
                    : message.content();
            return Posting.of(
                    bot.account(), content.copied(bot, core.interactions().nextId()));
        });
    }

    private Message source(Bot bot, Params params, String what) {
        var fromChatId = params.requiredRaw("from_chat_id");
        int messageId = params.messageId("message_id");
        var from = core.access().readable(bot, fromChatId);
        return core.access().message(bot, from, messageId, what);
    }

    /** Those that are gone, may not be shown or not be sent there are passed over, unless none is left. */
    private Reply many(Bot bot, Params params, String none, Function<Message, @Nullable Posting> again) {
        var fromChatId = params.requiredRaw("from_chat_id");
        var ids = MessageIds.parseIncreasing(params);
        var from = core.access().readable(bot, fromChatId);
        var chat = core.access().writable(bot, params.raw("chat_id"));
        var marks = Sending.marks(bot, chat, params, Answering.NOTHING);
        var direct = sending.direct(chat, params, Answering.NOTHING);
        core.access().requireSend(bot, chat);
        List<Posting> postings = new ArrayList<>();
        var albums = new Albums(core.interactions()::nextId);
        for (int id : ids) {
            var message = core.access().isIn(bot, from) ? from.message(bot, id) : null;
            if (message == null || !core.access().maySend(bot, chat, SendKind.of(message.content()))) continue;
            var posting = again.apply(message);
            if (posting == null) continue;
            albums.add(message.posting().marks().mediaGroupId());
            postings.add(posting);
        }
        if (postings.isEmpty()) throw Refused.of(400, none);
        core.meter().send(bot, chat, postings.size(), core.agenda().now());
        var json = new JsonWriter().array();
        for (int i = 0; i < postings.size(); i++) {
            var posting = postings.get(i).withMarks(marks.withMediaGroup(albums.at(i)));
            writeId(json, core.postman().post(chat, direct == null ? posting : posting.withDirect(direct)), bot);
        }
        return new Reply.Ok(json.endArray().toString());
    }

    /** A video may begin elsewhere than it did. */
    private static Content startingAt(Params params, Content content) {
        if (!params.has("video_start_timestamp")
                || !(content instanceof MediaContent media)
                || media.file().type() != FileType.VIDEO) return content;
        int second = params.integer("video_start_timestamp", 0, 0, MOST_SECONDS);
        var file = media.file().withTraits(media.file().traits().withStart(second));
        return new MediaContent(file, media.caption(), media.captionAbove(), media.spoiler());
    }

    private static Posting forward(Bot bot, Message message) {
        return Posting.of(bot.account(), message.content().forwarded()).withOrigin(Origin.of(message));
    }

    private static JsonWriter writeId(JsonWriter json, Message message, Bot bot) {
        return json.object().field("message_id", message.idFor(bot)).endObject();
    }
}
