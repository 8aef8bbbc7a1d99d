package io.botmesh.mesh;

import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What stays of a node when its process ends. */
final class NodeSide {
    final String name;
    final Scene scene;
    final Identity identity = Identity.generate();
    final ReaderSecret reader = ReaderSecret.generate();
    final AdmissionSecret given = AdmissionSecret.generate(); // to the other
    final NodeRig.Disk disk = new NodeRig.Disk();
    final BlockingQueue<Message> got = new LinkedBlockingQueue<>();
    NodeOptions options =
            NodeOptions.defaults().withLanes(new NodeOptions.Sharing(new LaneLimits(1000, 1000), LaneShare.WHOLE));

    NodeSide(String name, Scene scene) {
        this.name = name;
        this.scene = scene;
    }

    static void stop(Node node) {
        node.close();
    }

    Node node(NodeSide other) {
        return new Node(setup(other, scene.reading(), disk));
    }

    /** With an end and a store of its own. */
    NodeSetup setup(NodeSide other, Carrier.Reader reading, NodeStore store) {
        Carrier.Writers writers = other.scene.ways();
        var peer = new Peer(
                other.name,
                other.identity.key(),
                other.reader.key(),
                other.given,
                writers.lanes(),
                writers.capabilities(),
                true);
        var protection = Protection.Sealed.of(identity, Keyring.of(reader))
                .withEnrolments(List.of(Enrolment.of(other.name, given, other.identity.key())));
        return new NodeSetup(
                        name,
                        protection,
                        Peers.of(List.of(peer)),
                        new NodeSetup.Ends(reading, Map.of(other.name, writers)),
                        store)
                .withOptions(options);
    }

    /** One that lets the other in, and does not have it in its peer file. */
    Node nodeWithoutPeers(NodeSide other) {
        var protection = Protection.Sealed.of(identity, Keyring.of(reader))
                .withEnrolments(List.of(Enrolment.of(other.name, given, other.identity.key())));
        return new Node(new NodeSetup(
                        name, protection, Peers.of(List.of()), new NodeSetup.Ends(scene.reading(), Map.of()), disk)
                .withOptions(options));
    }
}
