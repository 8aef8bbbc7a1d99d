package io.botmesh.world;

/**
 * Which message a new one answers.
 *
 * @param messageId 0 for none
 * @param optional  whether to send without it if it is gone
 */
record ReplyTarget(String chatId, int messageId, boolean optional) {
    static ReplyTarget parse(Params params, String method) {
        var text = params.text("reply_parameters");
        if (text.isEmpty()) {
            return new ReplyTarget(
                    "", params.messageId("reply_to_message_id"), params.flag("allow_sending_without_reply"));
        }
        var json = Lenient.json(text);
        if (json == null) throw Refused.of(400, "Can't parse reply parameters JSON object");
        if (!json.isObject()) throw Refused.of(400, "Object expected as reply parameters");
        if (!Lenient.text(json, "quote").isEmpty()) throw Refused.notBuilt(method + " with a quote");
        return new ReplyTarget(
                Lenient.text(json, "chat_id"),
                Lenient.integer(Lenient.text(json, "message_id"), 0, 0, Integer.MAX_VALUE),
                Lenient.flag(json, "allow_sending_without_reply"));
    }

    /** What the answer keeps of it. */
    Answering resolve(Bot bot, Chat chat, ChatAccess access, String method) {
        if (messageId == 0) return Answering.NOTHING;
        if (!chatId.isEmpty() && access.readable(bot, chatId) != chat) {
            throw Refused.notBuilt(method + " as a reply to another chat");
        }
        var answered = chat.message(bot, messageId);
        if (answered != null) return Answering.to(answered.id());
        if (optional) return Answering.NOTHING;
        throw Refused.of(400, "message to be replied not found");
    }
}
