package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * Which message a new one answers.
 *
 * @param messageId 0 for none
 * @param optional  whether to send without it if it is gone
 * @param quote     the part of it that is meant, null for all
 * @param position  about where in it the part begins
 * @param taskId    a task of the checklist that it is, 0 for none
 * @param optionId  an answer of the poll that it is, empty for none
 */
record ReplyTarget(
        String chatId,
        int messageId,
        boolean optional,
        @Nullable Draft quote,
        int position,
        int taskId,
        String optionId) {
    static ReplyTarget parse(Params params, Registry registry) {
        var text = params.text("reply_parameters");
        if (text.isEmpty()) {
            return new ReplyTarget(
                    "",
                    params.messageId("reply_to_message_id"),
                    params.flag("allow_sending_without_reply"),
                    null,
                    0,
                    0,
                    "");
        }
        var json = Lenient.json(text);
        if (json == null) throw Refused.of(400, "Can't parse reply parameters JSON object");
        if (!json.isObject()) throw Refused.of(400, "Object expected as reply parameters");
        var quote = Lenient.raw(json, "quote");
        return new ReplyTarget(
                Lenient.raw(json, "chat_id"),
                Lenient.integer(Lenient.text(json, "message_id"), 0, 0, Integer.MAX_VALUE),
                Lenient.flag(json, "allow_sending_without_reply"),
                quote.isEmpty()
                        ? null
                        : Draft.of(
                                quote,
                                Lenient.raw(json, "quote_parse_mode"),
                                Draft.nested(json, "quote_entities"),
                                registry),
                Lenient.integer(Lenient.text(json, "quote_position"), 0, 0, Integer.MAX_VALUE),
                Lenient.integer(Lenient.text(json, "checklist_task_id"), 0, 0, Integer.MAX_VALUE),
                Lenient.text(json, "poll_option_id"));
    }

    /** What the answer keeps of it. */
    Answering resolve(Bot bot, Chat chat, ChatAccess access) {
        if (messageId == 0) return Answering.NOTHING;
        var from = chatId.isEmpty() ? chat : access.readable(bot, chatId);
        var answered = access.isIn(bot, from) ? from.message(bot, messageId) : null;
        if (answered == null) {
            if (optional) return Answering.NOTHING;
            throw Refused.of(400, "message to be replied not found");
        }
        if (from == chat)
            return Answering.to(answered.id()).quoting(chosen(answered)).about(part(answered));
        // What may not be seen elsewhere cannot be answered from there, and nobody complains.
        if (answered.isProtected() || answered.content().isService()) return Answering.NOTHING;
        var part = chosen(answered);
        return Answering.to(answered)
                .quoting(part != null ? part : Quote.all(answered.content().words()))
                .about(part(answered));
    }

    /** What is not there is not answered, and nobody complains. */
    private Answering.@Nullable Part part(Message answered) {
        if (taskId != 0 && answered.content() instanceof ChecklistContent list && list.has(taskId)) {
            return new Answering.Part(taskId, "");
        }
        if (!optionId.isEmpty()
                && answered.content() instanceof PollContent asked
                && asked.poll().has(optionId)) {
            return new Answering.Part(0, optionId);
        }
        return null;
    }

    private @Nullable Quote chosen(Message answered) {
        var cleaned = quote == null ? FormattedText.EMPTY : quote.clean(true);
        return cleaned.isEmpty() ? null : Quote.find(answered.content().words(), cleaned, position);
    }
}
