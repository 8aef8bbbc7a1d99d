package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods about posts that people suggest to channels. Channels take no direct messages here, so nobody suggests any. */
final class SuggestedPostMethods {
    private static final int MOST_COMMENT = 128;
    private static final long LONGEST_DELAY = 2_678_400;

    private final Core core;

    SuggestedPostMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.shallow("approveSuggestedPost", Pace.OTHER, this::approveSuggestedPost);
        table.shallow("declineSuggestedPost", Pace.OTHER, this::declineSuggestedPost);
    }

    Reply approveSuggestedPost(Bot bot, Params params) {
        long date = Lenient.number(params.text("send_date"));
        long now = core.agenda().seconds();
        if (date != 0 && (date < now || date > now + LONGEST_DELAY)) throw Refused.of(400, "SCHEDULE_DATE_INVALID");
        throw noSuggestion(bot, params, "message to approve");
    }

    Reply declineSuggestedPost(Bot bot, Params params) {
        var comment = params.text("comment");
        if (comment.codePointCount(0, comment.length()) > MOST_COMMENT) {
            throw Refused.of(400, "Comment is too long");
        }
        throw noSuggestion(bot, params, "message to decline");
    }

    private Refused noSuggestion(Bot bot, Params params, String what) {
        var chat = core.access().writable(bot, params.text("chat_id"));
        core.access().message(bot, chat, params.messageId("message_id"), what);
        return Refused.of(400, "MESSAGE_ID_INVALID");
    }
}
