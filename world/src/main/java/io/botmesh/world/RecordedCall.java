package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that a bot made, as the server remembers it. No token shows: neither the bot's own nor one inside an argument.
 *
 * @param sequence  counts all calls of the world from 1
 * @param at        when it arrived
 * @param botId     who called, 0 if the token was nobody's
 * @param method    its documented name; as written if there is no such method
 * @param chatId    the chat that {@code chat_id} named, null if none did
 * @param arguments texts by name, the first of each; a file as its name and size
 * @param reply     what left for the caller; null if nothing did yet, or ever will
 * @param duration  from arrival to reply, null without a reply
 * @param faults    ids of the {@link Faults} that struck
 */
public record RecordedCall(
        long sequence,
        Instant at,
        long botId,
        String method,
        @Nullable Long chatId,
        Map<String, String> arguments,
        @Nullable Reply reply,
        @Nullable Duration duration,
        List<Long> faults) {

    /** Whether it was answered with success. */
    public boolean isOk() {
        return reply instanceof Reply.Ok;
    }

    /** The value of an argument, null without one. */
    public @Nullable String argument(String name) {
        return arguments.get(name);
    }
}
