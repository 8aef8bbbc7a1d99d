package io.botmesh.sim;

import io.botmesh.mesh.Carrier;
import java.util.Map;

/**
 * What a machine is connected to.
 *
 * @param writers by peer, or address of a topic
 * @param boards  by topic, where its register is pinned
 * @param maker   makes the node
 * @param business of its programs
 */
record Wiring(
        Server server,
        Scheduler scheduler,
        DeskTransport transport,
        Carrier.Reader reader,
        Map<String, Carrier.Writers> writers,
        Map<String, Carrier.Board> boards,
        Machine.CoreMaker maker,
        Witness witness,
        Business business) {
    Carrier.Writers to(String peer) {
        Carrier.Writers found = writers.get(peer);
        if (found == null) throw new IllegalArgumentException("no way to " + peer);
        return found;
    }

    Carrier.Board board(String topic) {
        Carrier.Board found = boards.get(topic);
        if (found == null) throw new IllegalArgumentException("no bot sees the channel of topic " + topic);
        return found;
    }
}
