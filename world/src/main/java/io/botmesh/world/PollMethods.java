package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods about polls. */
final class PollMethods {
    private final Core core;
    private final Sending sending;

    PollMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
    }

    void addTo(MethodTable table) {
        table.faithful("sendPoll", Pace.SEND, this::sendPoll);
        table.faithful("stopPoll", Pace.SEND, this::stopPoll);
    }

    Reply sendPoll(Bot bot, Params params) {
        var reader = new PollReader(params, core);
        return sending.send(bot, params, "sendPoll", () -> {
            var question = reader.question();
            var chat = core.interactions().connections.writable(bot, params, core.access());
            var rules = reader.rules(chat, core.agenda().seconds());
            var media = reader.media(bot);
            return () -> {
                long id = core.interactions().nextId();
                var asked = question.withMedia(media.get());
                var poll = new Poll(
                        id,
                        bot,
                        asked,
                        rules,
                        params.flag("is_closed"),
                        core.json().files());
                core.interactions().ballots.closeInTime(poll);
                return new PollContent(poll);
            };
        });
    }

    Reply stopPoll(Bot bot, Params params) {
        var markup = ReplyMarkup.parse(params);
        var chat = core.interactions().connections.writable(bot, params, core.access());
        var message = core.access().message(bot, chat, params.messageId("message_id"), "message with poll to stop");
        if (!(message.content() instanceof PollContent content)) throw Refused.of(400, "Message is not a poll");
        var poll = content.poll();
        if (message.origin() != null || !message.isBy(bot)) throw Refused.of(400, "Poll can't be stopped");
        if (poll.isClosed()) throw Refused.of(400, "Poll has already been closed");
        if (markup != null && !markup.isInline()) throw Refused.of(400, "Inline keyboard expected");
        if (markup != null) markup.require(chat.kind(), "");
        poll.close();
        if (markup != null || message.markup() != null) core.postman().edit(message, content, markup);
        core.interactions().ballots.tell(poll);
        return new Reply.Ok(poll.write(new JsonWriter(512), bot).toString());
    }
}
