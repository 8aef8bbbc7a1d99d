package io.botmesh.sim;

import io.botmesh.world.BotAccount;
import java.util.ArrayList;
import java.util.List;

/** A node's channel at the server, with all bots that are in it. */
final class Place {
    private static final int REMEMBERED = 200;

    private final long channel;
    private final BotAccount reader;
    private final List<BotAccount> writers;
    private final BotAccount janitor;
    private final List<BotAccount> good;
    private final ArrayList<Long> posts = new ArrayList<>();
    private final ArrayList<byte[]> packets = new ArrayList<>();
    private final ArrayList<byte[]> pinned = new ArrayList<>();

    /**
     * @param janitor may delete and edit whatever is posted
     */
    Place(long channel, BotAccount reader, List<BotAccount> writers, BotAccount janitor) {
        this.channel = channel;
        this.reader = reader;
        this.writers = writers;
        this.janitor = janitor;
        good = new ArrayList<>(writers);
    }

    long channel() {
        return channel;
    }

    BotAccount reader() {
        return reader;
    }

    List<BotAccount> writers() {
        return writers;
    }

    BotAccount janitor() {
        return janitor;
    }

    /** Writers whose tokens still work. */
    List<BotAccount> good() {
        return good;
    }

    void onPosted(long message, byte[] packet) {
        if (posts.size() == REMEMBERED) {
            posts.removeFirst();
            packets.removeFirst();
        }
        posts.add(message);
        packets.add(packet);
    }

    void onPinned(byte[] packet) {
        if (pinned.size() == REMEMBERED) pinned.removeFirst();
        pinned.add(packet);
    }

    /** Packets that were pinned. */
    List<byte[]> pinned() {
        return pinned;
    }

    /** The latest posts. */
    List<Long> posts() {
        return posts;
    }

    /** Their packets. */
    List<byte[]> packets() {
        return packets;
    }
}
