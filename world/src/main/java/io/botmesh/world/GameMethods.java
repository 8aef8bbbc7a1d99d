package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.List;

/** Methods about the scores of games. */
final class GameMethods {
    private final Core core;

    GameMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("setGameScore", Pace.OTHER, this::setGameScore);
        table.faithful("getGameHighScores", Pace.OTHER, this::getGameHighScores);
    }

    /** A score only grows, unless it is forced; the message shows the best ones, unless it is to stay as it is. */
    Reply setGameScore(Bot bot, Params params) {
        long userId = params.userId("user_id");
        int score = (int) params.number("score");
        boolean inline = isInline(params);
        var message = game(bot, params, "message to set game score");
        var person = person(userId);
        if (!message.isBy(bot) && message.posting().by().viaBot() == null) {
            throw Refused.of(400, "Message can't be edited");
        }
        if (score < 0) throw Refused.of(400, "SCORE_INVALID");
        var scores = core.interactions().scores;
        if (score <= scores.of(message, person) && !params.flag("force")) {
            throw Refused.of(400, "BOT_SCORE_NOT_MODIFIED");
        }
        scores.set(message, person, score);
        boolean shown = !params.flag("disable_edit_message") && core.assume(Assumption.SCORES_ARE_SHOWN);
        if (shown && message.content() instanceof GameContent game) {
            var board = TextCleaner.clean(scores.board(message), List.of(), true);
            core.postman().edit(message, game.withText(board), message.markup());
        }
        return inline ? BotMethods.TRUE : new Reply.Ok(core.json().edited(message, bot));
    }

    Reply getGameHighScores(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var message = game(bot, params, "message to get game high scores");
        return new Reply.Ok(core.interactions()
                .scores
                .write(new JsonWriter(), message, person(userId))
                .toString());
    }

    private static boolean isInline(Params params) {
        return !params.has("chat_id") && params.messageId("message_id") == 0;
    }

    private Message game(Bot bot, Params params, String what) {
        Message message;
        if (isInline(params)) {
            if (!params.has("inline_message_id")) throw Refused.of(400, "Message identifier is not specified");
            message = core.interactions().inline.message(bot, params.text("inline_message_id"));
        } else {
            var chat = core.access().writable(bot, params.raw("chat_id"));
            message = core.access().message(bot, chat, params.messageId("message_id"), what);
        }
        if (!(message.content() instanceof GameContent)) throw Refused.of(400, "MESSAGE_ID_INVALID");
        return message;
    }

    private Account person(long userId) {
        var person = core.registry().account(userId);
        if (person == null) throw Refused.of(400, "user not found");
        return person;
    }
}
