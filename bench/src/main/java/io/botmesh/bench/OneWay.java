package io.botmesh.bench;

import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.TransportOptions;
import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.Carriers;
import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.Protection;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.store.JdbcNodeStore;
import io.botmesh.world.Limits;
import io.botmesh.world.WorldOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;

/**
 * One message at a time from a node to the handler of another over the emulator, both with a store in SQLite; and beside it the same
 * text from a bare {@code sendMessage} to a bare {@code getUpdates} that waits. They take turns, in real time.
 */
final class OneWay implements Figure {
    /** A poll waits again by then; and a link is not idle whose writer bot posts as often as any bot may, 30 times a second. */
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private static final String TEXT = "x".repeat(100);

    @Override
    public String name() {
        return "way";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        int each = Math.min(60, scale.requests());
        try (var folder = new Folder();
                var transport = new JettyTransport(TransportOptions.defaults());
                var emulator = Emulator.start(EmulatorOptions.defaults()
                        .withWorld(WorldOptions.defaults().withLimits(Limits.OFF)));
                var bare = new Bare(new Place(emulator, transport, "bare"));
                var mesh = new Pair(new Place(emulator, transport, "mesh"), folder)) {
            double[] floor = new double[scale.rounds()];
            double[] ours = new double[scale.rounds()];
            for (int round = -scale.warmUps(); round < scale.rounds(); round++) {
                double bareMillis = median(bare, each);
                double meshMillis = median(mesh, each);
                if (round < 0) continue;
                floor[round] = bareMillis;
                ours[round] = meshMillis;
            }
            double[] more = new double[scale.rounds()];
            Arrays.setAll(more, i -> ours[i] - floor[i]);
            return List.of(
                    new Row(
                            "one message of 100 bytes on its own, to the handler, beyond a bare post and poll",
                            "5 ms at most",
                            Spread.of(more).text(2) + " ms"),
                    new Row(
                            "the whole way; of the bare post and poll",
                            "",
                            String.format(
                                    Locale.ROOT,
                                    "%s; %s ms",
                                    Spread.of(ours).text(2),
                                    Spread.of(floor).text(2))));
        }
    }

    /** A way that is taken once at a time. */
    private interface Way {
        /** Returns when the message has arrived, with the time in nanoseconds at which it did. */
        long take() throws Exception;
    }

    private static double median(Way way, int times) throws Exception {
        double[] seen = new double[times];
        for (int i = 0; i < times; i++) {
            Thread.sleep(BETWEEN);
            long begun = System.nanoTime();
            seen[i] = (way.take() - begun) / 1e6;
        }
        return Spread.of(seen).median();
    }

    /** What no scheme can beat. */
    private static final class Bare implements Way, AutoCloseable {
        private final SynchronousQueue<Long> arrived = new SynchronousQueue<>();
        private final BotApi writer;
        private final long channel;
        private final Thread reading;

        Bare(Place place) {
            writer = place.api(place.writer);
            channel = place.channel;
            BotApi reader = place.api(place.reader);
            reading = Thread.ofVirtual().start(() -> {
                try {
                    for (long offset = 0; ; ) {
                        List<RawUpdate> updates = reader.getUpdates(
                                GetUpdates.of().withOffset(offset).withTimeout(50L), Duration.ofSeconds(60));
                        long now = System.nanoTime();
                        for (RawUpdate update : updates) {
                            offset = update.updateId() + 1;
                            if (update.decode().channelPost() != null) arrived.put(now);
                        }
                    }
                } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Override
        public long take() throws InterruptedException {
            Thread.ofVirtual().start(() -> {
                try {
                    writer.call(SendMessage.of(channel, TEXT));
                } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                }
            });
            return arrived.take();
        }

        @Override
        public void close() {
            reading.interrupt();
        }
    }

    /** Two nodes, of which one sends. */
    private static final class Pair implements Way, AutoCloseable {
        private final SynchronousQueue<Long> arrived = new SynchronousQueue<>();
        private final JdbcNodeStore sendersDisk;
        private final JdbcNodeStore readersDisk;
        private final Node sender;
        private final Node reader;

        Pair(Place place, Folder folder) throws Exception {
            Identity anna = Identity.generate();
            Identity ben = Identity.generate();
            ReaderSecret key = ReaderSecret.generate();
            AdmissionSecret admission = AdmissionSecret.generate();
            Carrier.Writers writers =
                    Carriers.channelWriters(List.of(ChatId.of(place.channel)), List.of(place.writer), place::api);
            var toBen =
                    new Peer("ben", ben.key(), key.key(), admission, writers.lanes(), writers.capabilities(), false);
            var fromAnna = new Peer("anna", anna.key(), null, null, List.of(), null, false);
            var options = NodeOptions.defaults()
                    .withLanes(new NodeOptions.Sharing(new LaneLimits(1_000, 1_000), LaneShare.WHOLE));
            sendersDisk = JdbcNodeStore.open(folder.file("anna.db"), "anna");
            readersDisk = JdbcNodeStore.open(folder.file("ben.db"), "ben");
            sender = new Node(new NodeSetup(
                                    "anna",
                                    Protection.Sealed.of(anna, Keyring.of(ReaderSecret.generate())),
                                    Peers.of(List.of(toBen)),
                                    new NodeSetup.Ends(null, Map.of("ben", writers)),
                                    sendersDisk)
                            .withOptions(options))
                    .start();
            reader = new Node(new NodeSetup(
                                    "ben",
                                    Protection.Sealed.of(ben, Keyring.of(key))
                                            .withEnrolments(List.of(Enrolment.of("anna", admission, anna.key()))),
                                    Peers.of(List.of(fromAnna)),
                                    new NodeSetup.Ends(
                                            Carriers.channelReader(place.api(place.reader), place.channel, null),
                                            Map.of()),
                                    readersDisk)
                            .withOptions(options))
                    .handle(">", message -> arrived.put(System.nanoTime()))
                    .start();
        }

        @Override
        public long take() throws InterruptedException {
            var unused = sender.link("ben").sendAsync("n", List.of(), TEXT.getBytes(StandardCharsets.US_ASCII));
            return arrived.take();
        }

        @Override
        public void close() {
            sender.close();
            reader.close();
            sendersDisk.close();
            readersDisk.close();
        }
    }
}
