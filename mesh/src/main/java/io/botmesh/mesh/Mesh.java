package io.botmesh.mesh;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.botapi.Transport;
import io.botmesh.botapi.TransportOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A mesh as one node of it sees it: the peer file that all have, this node's own secrets, and the clients of its bots. Makes the
 * node:
 *
 * <pre>{@code
 * try (Mesh mesh = Mesh.open(Path.of("mesh.peers"), Path.of("anna.secrets"));
 *         Node node = mesh.node(store).handle("news.>", message -> System.out.println(message.text())).start()) {
 *     node.link("bert").send("greeting", "hello").stored().join(); // what is not posted when a node closes goes out with its next start
 * }
 * }</pre>
 */
public final class Mesh implements AutoCloseable {
    private final PeerView view;
    private final ApiOptions api;
    private final Transport transport;

    private Mesh(PeerView view, ApiOptions api) {
        this.view = view;
        this.api = api;
        transport = new JettyTransport(TransportOptions.defaults());
    }

    /** A mesh over Telegram itself. */
    public static Mesh of(PeerView view) {
        return new Mesh(view, ApiOptions.defaults());
    }

    /** A mesh over another Bot API server: an own one, or the emulator. */
    public static Mesh of(PeerView view, URI server) {
        return new Mesh(view, ApiOptions.defaults().withBase(server));
    }

    /**
     * A mesh over Telegram itself, of a node whose keys are under no passphrase.
     *
     * @throws MeshException.PeerMistakes with a line for each mistake in the files
     */
    public static Mesh open(Path peers, Path secrets) {
        return of(PeerView.read(peers, secrets, () -> {
            throw new IllegalStateException("the keys in " + secrets + " are under a passphrase: ask for it");
        }));
    }

    /** Who is who, and what is ours. */
    public PeerView view() {
        return view;
    }

    /**
     * What the node is made of; change its options as you like. The writers of a peer file are all nodes', so lanes are shared as with
     * {@link LaneShare.Sticky}; a copy of {@link NodeOptions#defaults()} has them to itself.
     */
    public NodeSetup setup(NodeStore store) {
        Function<BotToken, BotApi> apis = token -> new BotApi(api, token, transport);
        Map<String, Carrier.Writers> writers = new HashMap<>();
        List<Peer> peers = view.peers();
        for (Peer peer : peers) {
            if (peer.reachable()) view.writers(peer.name(), apis).ifPresent(there -> writers.put(peer.name(), there));
        }
        List<Topic> topics = view.topics();
        for (Topic topic : topics) {
            view.topicWriters(topic.name(), apis).ifPresent(there -> writers.put(Topic.address(topic.name()), there));
        }
        Map<String, Carrier.Board> boards = new HashMap<>();
        for (Topic topic : topics) {
            view.board(topic.name(), apis).ifPresent(there -> boards.put(topic.name(), there));
        }
        Carrier.Reader reader =
                view.readerToken().map(token -> view.reader(apis.apply(token))).orElse(null);
        return new NodeSetup(
                        view.name(),
                        Protection.Sealed.of(view.identity(), view.keyring()).withEnrolments(view.enrolments()),
                        Peers.of(peers, topics),
                        new NodeSetup.Ends(reader, writers, boards),
                        store)
                .withOptions(NodeOptions.defaults()
                        .withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, new LaneShare.Sticky(view.name()))));
    }

    /** The node, not started. The store stays the caller's to close, once the node has {@link Node#stopped}. */
    public Node node(NodeStore store) {
        return new Node(setup(store));
    }

    /** A quasi-server, not started; see {@link Quasi}. The store stays the caller's to close, once it has {@link Quasi#stopped}. */
    public Quasi quasi(NodeStore store) {
        return Quasi.of(setup(store));
    }

    /** Closes the clients; close nodes first. */
    @Override
    public void close() {
        transport.close();
    }
}
