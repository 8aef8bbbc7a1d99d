package io.botmesh.world;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps to itself what only a guess would make the server say. Its codes in capitals come from machines behind the
 * open-source server, so that nobody can read which of them belongs to what; a few texts are reports of users.
 */
final class GuessedWords {
    private static final String UNKNOWN = "UNKNOWN";
    private static final Pattern CODE =
            Pattern.compile("(Bad Request: |Forbidden: )(.*\\b)?[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");
    private static final Set<String> REPORTED = Set.of(
            "Forbidden: the bot can't send messages to the bot",
            "Bad Request: have no rights to send a message",
            "Bad Request: suggested posts can be sent only to channel direct messages",
            "Bad Request: rich message media not found",
            "Bad Request: there can be at most 4 suggested tip amounts",
            "Bad Request: suggested tip amount must be positive",
            "Bad Request: suggested tip amounts must be in a strictly increasing order",
            "Bad Request: suggested tip amount can't be bigger than max_tip_amount");
    /** Of what can be wrong on the way to a webhook, these words stand in the source. */
    private static final Pattern SURE = Pattern.compile(
            "Wrong response from the webhook: .*|Read timeout expired|Connection refused|Failed to resolve host: .*");

    private GuessedWords() {}

    static Reply withheld(Reply reply) {
        if (!(reply instanceof Reply.Failure failure)) return reply;
        var said = failure.description();
        if (!REPORTED.contains(said) && !CODE.matcher(said).matches()) return reply;
        var prefix = said.substring(0, said.indexOf(": ") + 2);
        return new Reply.Failure(failure.code(), prefix + UNKNOWN, failure.retryAfter(), failure.migrateToChatId());
    }

    static String webhookError(String message) {
        return SURE.matcher(message).matches() ? message : UNKNOWN;
    }
}
