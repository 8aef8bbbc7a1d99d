package io.botmesh.bench;

import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.TransportOptions;
import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.mesh.Carriers;
import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.MemoryNodeStore;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.Protection;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.world.Limits;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A reader's process is killed while messages wait in its store, and started again: until it has handled one that came meanwhile. Beside it a
 * bare poll for a text that waits, and the scan of a copy of that store, each in a new process too: they take turns, over the emulator.
 */
final class Comeback implements Figure {
    private static final byte[] BODY = "x".repeat(100).getBytes(StandardCharsets.US_ASCII);
    private static final int MOST = 100_000;

    @Override
    public String name() {
        return "back";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        int waiting = (int) Math.min(MOST, scale.backlog() / 10);
        try (var folder = new Folder();
                var transport = new JettyTransport(TransportOptions.defaults());
                var emulator = Emulator.start(EmulatorOptions.defaults()
                        .withWorld(WorldOptions.defaults().withLimits(Limits.OFF)));
                var killed =
                        new Killed(emulator, new Place(emulator, transport, "mesh"), folder.file("ben.db"), waiting)) {
            var bare = new Place(emulator, transport, "bare");
            double[] back = new double[scale.rounds()];
            double[] whole = new double[scale.rounds()];
            double[] poll = new double[scale.rounds()];
            double[] scan = new double[scale.rounds()];
            for (int round = -scale.warmUps(); round < scale.rounds(); round++) {
                int at = Math.max(0, round); // of the warm-ups nothing is left
                killed.post("round " + round);
                scan[at] = scan(killed.store, folder.file("copy.db"));
                bare.api(bare.writer).call(SendMessage.of(bare.channel, "x".repeat(100)));
                poll[at] = millis(Child.start(
                        ReturningReader.class, "poll", emulator.api().toString(), bare.reader.value()));
                long begun = System.nanoTime();
                back[at] = millis(killed.again("round " + round));
                whole[at] = (System.nanoTime() - begun) / 1e6;
            }
            double[] ratio = new double[scale.rounds()];
            Arrays.setAll(ratio, i -> back[i] / (poll[i] + scan[i]));
            return List.of(
                    new Row(
                            String.format(
                                    Locale.ROOT,
                                    "a reader is killed while %,d messages of 100 bytes wait in its store in SQLite, and started again: until a new message is handled, in a bare poll and a scan of that store",
                                    waiting),
                            "1 at most",
                            Spread.of(ratio).text(2)),
                    new Row(
                            "the same: until it is handled; of the poll; of the scan; from the start of the process",
                            "",
                            String.format(
                                    Locale.ROOT,
                                    "%s; %s; %s; %s ms",
                                    Spread.of(back).text(0),
                                    Spread.of(poll).text(0),
                                    Spread.of(scan).text(0),
                                    Spread.of(whole).text(0))));
        }
    }

    /** What a process says, which is killed then. */
    private static double millis(Child child) throws IOException, InterruptedException {
        try (child) {
            double millis = Long.parseLong(child.answer()) / 1e6;
            child.kill();
            return millis;
        }
    }

    /** Of a copy with its log: whoever opens the store itself would fold that in. */
    private static double scan(Path store, Path copy) throws IOException, InterruptedException {
        for (String end : List.of("", "-wal")) {
            Path from = store.resolveSibling(store.getFileName() + end);
            Path to = copy.resolveSibling(copy.getFileName() + end);
            Files.deleteIfExists(to);
            if (Files.exists(from)) Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
        return millis(Child.start(ReturningReader.class, "scan", copy.toString()));
    }

    /** A reader that is killed again and again, and who sends to it. */
    private static final class Killed implements AutoCloseable {
        final Path store;
        private final Emulator emulator;
        private final Place place;
        private final Identity anna = Identity.generate();
        private final Identity ben = Identity.generate();
        private final ReaderSecret key = ReaderSecret.generate();
        private final AdmissionSecret admission = AdmissionSecret.generate();
        private final MemoryNodeStore sendersStore = new MemoryNodeStore();
        private final Node sender;

        Killed(Emulator emulator, Place place, Path store, int waiting) throws Exception {
            this.emulator = emulator;
            this.place = place;
            this.store = store;
            var writers = Carriers.channelWriters(List.of(ChatId.of(place.channel)), List.of(place.writer), place::api);
            var toBen = new Peer(
                    ReturningReader.NAME,
                    ben.key(),
                    key.key(),
                    admission,
                    writers.lanes(),
                    writers.capabilities(),
                    false);
            sender = new Node(new NodeSetup(
                                    ReturningReader.SENDER,
                                    Protection.Sealed.of(anna, Keyring.of(ReaderSecret.generate())),
                                    Peers.of(List.of(toBen)),
                                    new NodeSetup.Ends(null, Map.of(ReturningReader.NAME, writers)),
                                    sendersStore)
                            .withOptions(NodeOptions.defaults()
                                    .withLanes(new NodeOptions.Sharing(new LaneLimits(1_000, 1_000), LaneShare.WHOLE))))
                    .start();
            var link = sender.link(ReturningReader.NAME);
            for (int i = 0; i < waiting; i++) {
                var unused = link.sendAsync(ReturningReader.WAITING, List.of(), BODY);
            }
            try (Child reader = again("")) {
                while (reader.askNumber("come?") < waiting) Thread.sleep(20);
                reader.kill();
            }
        }

        /** While nobody reads. */
        void post(String text) throws Exception {
            sender.link(ReturningReader.NAME).stream("news")
                    .send(ReturningReader.NEW, text)
                    .posted()
                    .get();
        }

        /** A reader that waits for a text. */
        Child again(String text) throws IOException {
            return Child.start(
                    ReturningReader.class,
                    "node",
                    emulator.api().toString(),
                    place.reader.value(),
                    Long.toString(place.channel),
                    store.toString(),
                    ben.secretText(),
                    key.secretText(),
                    admission.secretText(),
                    anna.key().toString(),
                    text);
        }

        @Override
        public void close() {
            sender.close();
            sendersStore.close();
        }
    }
}
