package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.PeerView;
import io.botmesh.mesh.Topic;
import io.botmesh.store.JdbcNodeStore;
import io.botmesh.world.Limits;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mesh of processes at the paper's limits, over a way that breaks, with each of them killed: nothing is lost, and what comes twice says so.
 */
@Timeout(600)
class MeshFaultsTest {
    /** Whom the others write to. */
    private static final String QUASI = "ben";

    private static final String LINK = "anna";
    private static final String SUB = "carl";
    private static final String ASK = "dora";
    private static final String PUB = "emil";
    private static final String TOPIC = "news";
    private static final String END = "";

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 1);

    @SuppressWarnings("NullAway.Init") // before each test
    private NodeScene scene;

    @SuppressWarnings("NullAway.Init")
    private FaultProxy proxy;

    private final Map<String, Heard> heard = new HashMap<>();

    /** What a node has printed, over all its lives. */
    private static final class Heard {
        final Set<String> texts = new LinkedHashSet<>();
        final List<String> unflagged = new ArrayList<>();
        int requests;

        void take(JsonObject line) {
            if (line.truth("request")) requests++;
            else if (!texts.add(line.text("text")) && !line.truth("again")) unflagged.add(line.text("text"));
        }
    }

    /** A process of a node that prints what comes. */
    private final class Listening {
        private final Process process;
        private final Heard into;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final Thread reader;

        Listening(String node, String... words) throws IOException {
            process = scene.startAt(proxy.api(), words);
            into = heard.computeIfAbsent(node, name -> new Heard());
            reader = Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (var out = NodeScene.output(process)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) lines.add(line);
            } catch (IOException | UncheckedIOException gone) {
                // With the process.
            }
            lines.add(END);
        }

        /** Until it has heard so many different messages in all its lives. */
        void await(int messages) throws InterruptedException {
            while (into.texts.size() < messages) next();
        }

        /** Until it has heard so many requests, repeated ones too. */
        void awaitRequests(int requests) throws InterruptedException {
            while (into.requests < requests) next();
        }

        private void next() throws InterruptedException {
            String line = lines.take();
            assertThat(line).as("ended after %d", into.texts.size()).isNotEqualTo(END);
            into.take(Json.parseObject(line));
        }

        void kill() throws InterruptedException {
            NodeScene.kill(process);
            reader.join();
            for (String line = lines.take(); !line.equals(END); line = lines.take())
                if (line.endsWith("}")) into.take(Json.parseObject(line)); // a line may be cut
        }
    }

    @BeforeEach
    void init() throws IOException {
        System.out.println("MeshFaultsTest seed " + seed);
        var world = WorldOptions.defaults().withLimits(Limits.PAPER);
        scene = new NodeScene(
                folder,
                Emulator.start(EmulatorOptions.defaults().withWorld(world)),
                String.join(",", QUASI, LINK, SUB, ASK, PUB),
                "--topology",
                "star",
                "--writers",
                "4",
                "--topic",
                TOPIC + "=news.>");
        proxy = new FaultProxy(scene.emulator.api(), seed, 0.2);
    }

    @AfterEach
    void end() throws IOException {
        scene.close();
        proxy.close();
    }

    /** How many messages a node that is not running has taken for a peer: from there on its user goes on. */
    private int taken(String name, String peer) throws Exception {
        var view = PeerView.read(folder.resolve("mesh.peers"), folder.resolve(name + ".secrets"), () -> new char[0]);
        try (var mesh = Mesh.of(view, URI.create(proxy.api()));
                var store = JdbcNodeStore.open(folder.resolve(name + ".db"), name);
                var node = new Node(mesh.setup(store)).start()) {
            return (int) node.link(peer).sent();
        }
    }

    private static List<String> numbered(String what, int many) {
        var all = new ArrayList<String>();
        for (int i = 0; i < many; i++) all.add(what + " " + i + " " + "x".repeat(1_000));
        return all;
    }

    /** Starts a process, and gives it lines from one on; its input stays open. */
    private Process feed(List<String> lines, int from, String... words) throws IOException {
        var process = scene.startAt(proxy.api(), words);
        write(process.getOutputStream(), lines.subList(from, lines.size()));
        return process;
    }

    private static void write(OutputStream in, List<String> lines) throws IOException {
        for (String line : lines) in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    private Listening quasi() throws IOException {
        return new Listening(QUASI, "quasi", QUASI, "--json");
    }

    private Listening sub() throws IOException {
        return new Listening(SUB, "sub", SUB, "--json");
    }

    private Process ask() throws IOException {
        return scene.startAt(proxy.api(), "request", ASK, QUASI, "question", "are you there");
    }

    @Test
    void nothingIsLostAndWhatComesTwiceSaysSoThoughEachProcessIsKilled() throws Exception {
        run(1, 24, 12);
    }

    @Tag("slow")
    @Test
    @Timeout(1800)
    void noMoreAfterManyKills() throws Exception {
        run(8, 240, 120);
    }

    /** @param kills of each process */
    private void run(int kills, int lines, int published) throws Exception {
        List<String> sent = numbered("line", lines);
        List<String> news = numbered("news", published);
        var linkWords = new String[] {"link", LINK, QUASI, "--until", "done"};
        var pubWords = new String[] {"pub", PUB, TOPIC, "news.today"};
        var quasi = quasi();
        var sub = sub();
        var link = feed(sent, 0, linkWords);
        var pub = feed(news, 0, pubWords);
        for (int kill = 1; kill <= kills; kill++) {
            quasi.await(kill * lines / (kills + 1) / 2);
            NodeScene.kill(link);
            link = feed(sent, taken(LINK, QUASI), linkWords);
            quasi.kill();
            var asking = ask();
            quasi = quasi();
            quasi.awaitRequests(kill);
            NodeScene.kill(asking);
            sub.await(kill * published / (kills + 1) / 2);
            NodeScene.kill(pub);
            sub.kill();
            pub = feed(news, taken(PUB, Topic.address(TOPIC)), pubWords);
            sub = sub();
        }
        assertThat(NodeScene.rest(ask())).isEqualTo("\n");
        quasi.await(lines);
        sub.await(published);
        for (Process last : List.of(link, pub)) last.getOutputStream().close();
        assertThat(link.waitFor()).isZero();
        assertThat(pub.waitFor()).isZero();
        quasi.kill();
        sub.kill();
        assertComplete(QUASI, sent);
        assertComplete(SUB, news);
        System.out.println("MeshFaultsTest faults " + proxy.faults());
        assertThat(proxy.faults()).hasSize(FaultProxy.Fault.values().length);
    }

    private void assertComplete(String node, List<String> sent) {
        var all = heard.computeIfAbsent(node, name -> new Heard());
        assertThat(all.texts).as("seed %d", seed).containsExactlyElementsOf(sent);
        assertThat(all.unflagged)
                .as("seed %d: come twice and do not say so", seed)
                .isEmpty();
    }
}
