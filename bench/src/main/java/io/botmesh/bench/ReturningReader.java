package io.botmesh.bench;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportOptions;
import io.botmesh.mesh.Carriers;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.Protection;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.store.JdbcNodeStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The measured process: a reader that starts where another one was killed; or only the poll, or only the scan of the store that it makes then.
 * Prints how long that took from its first line on, in nanoseconds.
 */
final class ReturningReader {
    /** What its handler leaves for the next process. */
    static final String WAITING = "waiting";

    /** What comes new. */
    static final String NEW = "new";

    /** Whom it reads. */
    static final String SENDER = "anna";

    static final String NAME = "ben";

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.US_ASCII);

    private ReturningReader() {}

    /**
     * {@code node API TOKEN CHANNEL STORE IDENTITY KEY ADMISSION SENDER TEXT}, where TEXT is what is waited for; it answers each line with how many
     * messages have come. {@code poll API TOKEN}. {@code scan STORE}.
     */
    public static void main(String[] args) throws Exception {
        long begun = System.nanoTime();
        System.setOut(System.err); // whatever logs must not answer
        switch (args[0]) {
            case "node" -> node(args, begun);
            case "poll" -> poll(args, begun);
            default -> scan(Path.of(args[1]), begun);
        }
    }

    private static void tell(long begun) {
        OUT.println(System.nanoTime() - begun);
    }

    private static void node(String[] args, long begun) throws Exception {
        var protection = Protection.Sealed.of(Identity.parse(args[5]), Keyring.of(ReaderSecret.parse(args[6])));
        var sender = NodeKey.parse(args[8]);
        var enrolment = Enrolment.of(SENDER, AdmissionSecret.parse(args[7]), sender);
        var peer = new Peer(SENDER, sender, null, null, List.of(), null, false);
        try (var transport = new JettyTransport(TransportOptions.defaults());
                var store = JdbcNodeStore.open(Path.of(args[4]), NAME)) {
            var setup = new NodeSetup(
                    NAME,
                    protection.withEnrolments(List.of(enrolment)),
                    Peers.of(List.of(peer)),
                    new NodeSetup.Ends(
                            Carriers.channelReader(api(args, transport), Long.parseLong(args[3]), null), Map.of()),
                    store);
            try (var node = new Node(setup)
                    .handle(WAITING, message -> {
                        throw new MeshException.Left();
                    })
                    .handle(NEW, message -> {
                        if (message.text().equals(args[9])) tell(begun);
                    })
                    .start()) {
                var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
                while (in.readLine() != null)
                    OUT.println(node.statistics().get().received());
            }
        }
    }

    private static BotApi api(String[] args, JettyTransport transport) {
        return new BotApi(ApiOptions.defaults().withBase(URI.create(args[1])), BotToken.parse(args[2]), transport);
    }

    private static void poll(String[] args, long begun) throws Exception {
        try (var transport = new JettyTransport(TransportOptions.defaults())) {
            BotApi api = api(args, transport);
            List<RawUpdate> updates = List.of();
            while (updates.stream().noneMatch(update -> update.decode().channelPost() != null))
                updates = api.getUpdates(GetUpdates.of().withTimeout(50L), Duration.ofSeconds(60));
            long took = System.nanoTime() - begun;
            var confirmed = GetUpdates.of().withOffset(updates.getLast().updateId() + 1);
            if (!api.getUpdates(confirmed, Duration.ofSeconds(60)).isEmpty())
                throw new IllegalStateException("more has come than was posted");
            OUT.println(took);
        }
    }

    private static void scan(Path file, long begun) {
        try (var store = JdbcNodeStore.open(file, NAME)) {
            for (NodeStore.Kind kind : NodeStore.Kind.values()) store.each(kind, entry -> {});
            tell(begun);
        }
    }
}
