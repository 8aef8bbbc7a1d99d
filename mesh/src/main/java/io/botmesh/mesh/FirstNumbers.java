package io.botmesh.mesh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The first number of an outbox that was heard in each channel: what is missing below it may stand in the channel before it, where no gap between two
 * posts tells of it. Numbers are those of packets, or of a publisher's pieces; times are nanoseconds. Part of {@link PeerInbox}, for senders that cannot
 * be asked.
 */
final class FirstNumbers {
    /** Lanes overtake each other: the first packets of a channel need not come in their order. */
    private static final long SETTLING = 60_000_000_000L;

    private static final int MOST_CHANNELS = 64;

    private final TreeMap<Long, Long> firsts;
    private final Map<Long, Long> settling = new HashMap<>(); // until then

    /** @param firsts by channel, as {@link #byChannel} was */
    FirstNumbers(SortedMap<Long, Long> firsts) {
        this.firsts = new TreeMap<>(firsts);
    }

    /** The lowest number of a post has come. */
    void mark(long channel, long number, long now) {
        Long first = firsts.get(channel);
        if (first == null) {
            if (firsts.size() == MOST_CHANNELS) return;
            firsts.put(channel, number);
            if (number > 0) settling.put(channel, now + SETTLING);
        } else if (number > first && now < settling.getOrDefault(channel, Long.MIN_VALUE)) {
            firsts.put(channel, number);
        }
    }

    /**
     * Channels in which something may stand before all that was heard there.
     *
     * @param lowest the lowest number that has not come; {@link Long#MAX_VALUE} if all have
     */
    List<Long> above(long lowest) {
        if (lowest == Long.MAX_VALUE) return List.of();
        var channels = new ArrayList<Long>(firsts.size());
        firsts.forEach((channel, first) -> {
            if (lowest < first) channels.add(channel);
        });
        return channels;
    }

    /** To be stored. */
    SortedMap<Long, Long> byChannel() {
        return Collections.unmodifiableSortedMap(firsts);
    }
}
