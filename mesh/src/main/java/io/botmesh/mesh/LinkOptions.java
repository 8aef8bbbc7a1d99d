package io.botmesh.mesh;

import io.botmesh.botapi.BotToken;
import java.util.Objects;

/**
 * One end of a {@link Link}: the other end has the same with the two sides exchanged.
 *
 * @param node   this node's name, which the other end expects as {@code peer}
 * @param peer   the other node's name
 * @param reader this node's own reader bot
 * @param in     how it reads; names this node's own channel
 * @param out    where and how to post: the peer's channel and the writers that may post there
 */
public record LinkOptions(String node, String peer, BotToken reader, QuasiOptions in, InitiatorOptions out) {
    public LinkOptions {
        if (node.isEmpty()) throw new IllegalArgumentException("the node has no name");
        if (peer.isEmpty()) throw new IllegalArgumentException("the peer has no name");
        if (node.equals(peer)) throw new IllegalArgumentException("node and peer are both named " + node);
        Objects.requireNonNull(in.channel(), "the node's own channel");
        out = out.withNode(node);
    }
}
