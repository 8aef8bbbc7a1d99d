package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.TransportException;
import io.botmesh.mesh.Outcome.Scope;
import java.util.List;
import java.util.Locale;

/** What the Bot API's refusals mean for a packet, for a lane and for a writer. */
final class Refusal {
    /** Words by which the server says that it will not have this packet from anybody. */
    private static final List<String> PACKET =
            List.of("too long", "too_long", "is empty", "too big", "too large", "can't parse", "file_parts_invalid");

    private static final List<String> RIGHTS = List.of("rights", "admin_required", "write_forbidden", "write access");

    private Refusal() {}

    static Outcome of(ApiException.Rejected refused, LaneId lane) {
        if (!refused.isExplained()) return new Outcome.Unreachable(String.valueOf(refused.getMessage()), refused);
        String bot = "bot " + lane.writer();
        String said = refused.description();
        String words = said.toLowerCase(Locale.ROOT);
        return switch (refused.errorCode()) {
            case 401, 404 ->
                new Outcome.Barred(Scope.WRITER, bot + " is not known to the server (" + said + "): check its token");
            case 403 ->
                words.contains("messages to the bot")
                        ? new Outcome.Barred(
                                Scope.LANE,
                                bot + " may not write to bot " + lane.channel() + " (" + said
                                        + "): switch on Bot-to-Bot mode for both in @BotFather")
                        : new Outcome.Barred(
                                Scope.LANE,
                                bot + " is not in channel " + lane.channel() + " (" + said
                                        + "): make it an administrator there");
            case 413 -> new Outcome.Refused(said);
            default -> {
                if (words.contains("logged out")) {
                    yield new Outcome.Barred(
                            Scope.WRITER, bot + " was logged out (" + said + "): it comes back after ten minutes");
                }
                if (words.contains("chat not found")) {
                    yield new Outcome.Barred(
                            Scope.LANE,
                            bot + " does not know channel " + lane.channel() + " (" + said
                                    + "): check the id, and make the bot an administrator there");
                }
                if (RIGHTS.stream().anyMatch(words::contains)) {
                    yield new Outcome.Barred(
                            Scope.LANE,
                            bot + " may not post in channel " + lane.channel() + " (" + said
                                    + "): make it an administrator with the right to post");
                }
                if (PACKET.stream().anyMatch(words::contains)) yield new Outcome.Refused(said);
                yield new Outcome.Doubtful(bot + " was refused in " + lane.channel() + ": " + said);
            }
        };
    }

    static Outcome of(TransportException trouble) {
        String why = String.valueOf(trouble.getMessage());
        return trouble.happened() == TransportException.Happened.NO
                ? new Outcome.Unreachable(why, trouble)
                : new Outcome.Unknown(why, trouble);
    }
}
