package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.time.Instant;

/** Methods about posts that people suggest to a channel. No money moves. */
final class SuggestionMethods {
    private static final int MOST_COMMENT = 128;
    private static final long MOST_DELAY = 31L * 86_400;

    private final Core core;

    SuggestionMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.shallow("approveSuggestedPost", Pace.OTHER, this::approve);
        table.shallow("declineSuggestedPost", Pace.OTHER, this::decline);
    }

    /** The post appears now or when it was asked for. */
    Reply approve(Bot bot, Params params) {
        long sendDate = params.integer("send_date", 0, 0, Integer.MAX_VALUE);
        var message = message(bot, params, "message to approve");
        var channel = channel(message.chat());
        var direct = pending(message);
        if (!channel.member(bot.account()).can(Right.POST_MESSAGES)) {
            throw Refused.of(400, "Not enough rights to approve suggested posts");
        }
        long now = core.agenda().seconds();
        long asked = sendDate == 0 ? direct.sendDate : sendDate;
        boolean past = sendDate != 0 && sendDate < now;
        if (past || asked > now + MOST_DELAY) throw Refused.of(400, "SCHEDULE_DATE_INVALID");
        long at = Math.max(asked, now);
        direct.state = DirectPost.State.APPROVED;
        direct.sendDate = at;
        tell(message, bot, new SuggestionNews.Approved(message.id(), direct.price, at));
        Runnable publish = () -> core.postman().post(channel, Posting.of(bot.account(), message.content()));
        if (at > now) core.agenda().at(Instant.ofEpochSecond(at), publish);
        else publish.run();
        return BotMethods.TRUE;
    }

    Reply decline(Bot bot, Params params) {
        var comment = Names.clean(params.text("comment"), MOST_COMMENT);
        var message = message(bot, params, "message to decline");
        var channel = channel(message.chat());
        var direct = pending(message);
        if (!channel.member(bot.account()).can(Right.MANAGE_DIRECT_MESSAGES)) {
            throw Refused.of(400, "Not enough rights to decline suggested posts");
        }
        direct.state = DirectPost.State.DECLINED;
        tell(message, bot, new SuggestionNews.Declined(message.id(), comment));
        return BotMethods.TRUE;
    }

    private Message message(Bot bot, Params params, String what) {
        var chat = core.access().writable(bot, params.text("chat_id"));
        return core.access().message(bot, chat, params.messageId("message_id"), what);
    }

    private static Chat channel(Chat chat) {
        var channel = chat.profile().directMessagesOf;
        if (channel == null) throw Refused.of(400, "MESSAGE_ID_INVALID");
        return channel;
    }

    private static DirectPost pending(Message message) {
        var direct = message.posting().direct();
        if (direct == null || direct.state != DirectPost.State.PENDING) {
            throw Refused.of(400, "MESSAGE_ID_INVALID");
        }
        return direct;
    }

    private void tell(Message message, Bot bot, SuggestionNews news) {
        var direct = message.posting().direct();
        var posting = Posting.of(bot.account(), news).answering(Answering.to(message.id()));
        core.postman()
                .post(message.chat(), direct == null ? posting : posting.withDirect(DirectPost.plain(direct.topic)));
    }
}
