package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.Locale;

/** Methods with which a bot decides who may join. */
final class JoinRequestMethods {
    private final Core core;
    private final Doorkeeper doorkeeper;

    JoinRequestMethods(Core core) {
        this.core = core;
        doorkeeper = new Doorkeeper(core);
    }

    void addTo(MethodTable table) {
        table.faithful("approveChatJoinRequest", Pace.OTHER, (bot, params) -> decide(bot, params, true));
        table.faithful("declineChatJoinRequest", Pace.OTHER, (bot, params) -> decide(bot, params, false));
        table.faithful("answerChatJoinRequestQuery", Pace.OTHER, this::answerQuery);
        table.shallow("sendChatJoinRequestWebApp", Pace.OTHER, this::sendWebApp);
    }

    private Reply decide(Bot bot, Params params, boolean approved) {
        long userId = params.userId("user_id");
        var chat = core.access().writable(bot, params.raw("chat_id"));
        if (chat.kind() == Chat.Kind.PRIVATE) throw Refused.of(400, "The chat can't have join requests");
        if (!chat.member(bot.account()).can(Right.INVITE_USERS)) {
            throw Refused.of(400, "Not enough rights to manage chat join requests");
        }
        var account = core.registry().account(userId);
        if (account == null) throw Refused.of(400, "USER_ID_INVALID");
        if (approved && chat.member(account).isIn()) throw Refused.of(400, "USER_ALREADY_PARTICIPANT");
        var request = chat.invitations().request(userId);
        if (request == null) throw Refused.of(400, "HIDE_REQUESTER_MISSING");
        doorkeeper.decide(chat, bot.account(), request, approved);
        return BotMethods.TRUE;
    }

    Reply answerQuery(Bot bot, Params params) {
        long query = params.number("chat_join_request_query_id");
        var result = params.text("result").toLowerCase(Locale.ROOT);
        if (!result.equals("approve") && !result.equals("decline") && !result.equals("queue")) {
            throw Refused.of(400, "Unsupported result specified");
        }
        var chat = asked(bot, query);
        var request = chat.invitations().requestByQuery(query);
        if (request == null) throw Refused.of(400, "QUERY_ID_INVALID");
        if (result.equals("queue")) doorkeeper.queue(chat, request);
        else doorkeeper.decide(chat, bot.account(), request, result.equals("approve"));
        return BotMethods.TRUE;
    }

    /** Nobody opens it here; the query stays open for its answer. */
    Reply sendWebApp(Bot bot, Params params) {
        long query = params.number("chat_join_request_query_id");
        var url = params.text("web_app_url");
        asked(bot, query);
        if (!url.toLowerCase(Locale.ROOT).startsWith("https://")) throw Refused.of(400, "WEBAPP_URL_INVALID");
        return BotMethods.TRUE;
    }

    private Chat asked(Bot bot, long query) {
        for (var chat : core.registry().chats()) {
            if (query != 0 && chat.profile().guard == bot && chat.invitations().requestByQuery(query) != null) {
                return chat;
            }
        }
        throw Refused.of(400, "QUERY_ID_INVALID");
    }
}
