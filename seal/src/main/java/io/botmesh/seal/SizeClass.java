package io.botmesh.seal;

import io.botmesh.wire.Armour;
import io.botmesh.wire.Limits;

/**
 * Sizes that packets are padded to where their length would say too much: 512, 1024, 2048, 4096, 7168 and a full post
 * of 7678 bytes; above that, for documents, four steps to each doubling from 8 KiB to 19 MiB. A packet of any class
 * up to 7168, wrapped once more, fits the next class of a post.
 */
public final class SizeClass {
    private static final int[] POSTS = {
        512, 1024, 2048, 4096, 7168, Armour.BASE32768.maxBytes(Armour.POST_CHARACTERS),
    };

    private SizeClass() {}

    /** The smallest class that holds this many bytes. */
    public static int of(int packetBytes) {
        if (packetBytes > Limits.MAX_PACKET_BYTES) throw new IllegalArgumentException("a packet of " + packetBytes);
        for (int post : POSTS) {
            if (packetBytes <= post) return post;
        }
        int step = Math.max(2048, Integer.highestOneBit(packetBytes - 1) / 4);
        return Math.min(Limits.MAX_PACKET_BYTES, (packetBytes + step - 1) / step * step);
    }
}
