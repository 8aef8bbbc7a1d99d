package io.botmesh.botapi;

import java.time.Duration;

/**
 * What a {@link LimitedApi} is doing.
 *
 * @param waiting      calls that wait for their turn
 * @param onTheWay     calls that the server has not answered yet, polls not counted
 * @param restingChats chats that a 429 has paused
 * @param botRests     how long a 429 still pauses the whole bot; zero if it does not
 * @param knownChats   chats that are remembered for what they got lately
 * @param floodWaits   429s so far
 * @param repeats      calls that went again after a failure on the way, so far
 */
public record LimitStats(
        int waiting,
        int onTheWay,
        int restingChats,
        Duration botRests,
        int knownChats,
        long floodWaits,
        long repeats) {}
