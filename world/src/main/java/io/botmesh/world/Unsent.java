package io.botmesh.world;

import java.util.HashMap;
import java.util.Map;

/** Messages on their way into each chat, of which the server lets a bot have only so many. */
final class Unsent {
    static final int MOST = 310;

    private record Lane(long botId, long chatId) {}

    private final Map<Lane, Integer> counts = new HashMap<>();

    /** Whether one more may go. */
    boolean begin(Bot bot, long chatId) {
        var lane = new Lane(bot.id(), chatId);
        int count = counts.getOrDefault(lane, 0);
        if (count >= MOST) return false;
        counts.put(lane, count + 1);
        return true;
    }

    void end(Bot bot, long chatId) {
        counts.computeIfPresent(new Lane(bot.id(), chatId), (lane, count) -> count == 1 ? null : count - 1);
    }
}
