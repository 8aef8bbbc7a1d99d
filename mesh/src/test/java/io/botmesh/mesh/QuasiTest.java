package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.SendMessage;
import io.botmesh.mesh.NodeOptions.Handling;
import io.botmesh.mesh.NodeOptions.Sharing;
import io.botmesh.mesh.NodeOptions.Strangers;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Packer;
import io.botmesh.wire.PacketHeader;
import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Right;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A quasi-server and its initiators, who have no way to be answered, over the emulator. */
@Timeout(120)
class QuasiTest {
    private static final Protection PLAIN = new Protection.Plain("test");
    private static final NodeOptions FAST =
            NodeOptions.defaults().withLanes(new Sharing(new LaneLimits(1000, 1000), LaneShare.WHOLE));

    private final NodeRig.Disk disk = new NodeRig.Disk();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) one.close();
    }

    private Scene scene(int writers, Limits limits) {
        var scene = new Scene(writers, limits);
        open.add(scene);
        return scene;
    }

    private Node initiator(String name, Carrier.Writers ways, NodeStore store, NodeOptions options) {
        var sink = new Peer("sink", null, null, null, ways.lanes(), ways.capabilities(), false);
        var ends = new NodeSetup.Ends(null, Map.of("sink", ways));
        var node = new Node(new NodeSetup(name, PLAIN, Peers.of(List.of(sink)), ends, store).withOptions(options));
        open.add(node);
        return node;
    }

    private Node initiator(Scene scene) {
        return initiator("initiator", scene.ways(), new MemoryNodeStore(), FAST).start();
    }

    /** Everybody is a stranger to it. */
    private Quasi sink(Scene scene) {
        return sink(scene, NodeOptions.defaults().handlers());
    }

    private Quasi sink(Scene scene, Handling handling) {
        var options = FAST.withStrangers(new Strangers(1_000, 100, 1L << 40)).withHandlers(handling);
        var sink = Quasi.of(
                new NodeSetup("sink", PLAIN, Peers.of(List.of()), new NodeSetup.Ends(scene.reading(), Map.of()), disk)
                        .withOptions(options));
        open.add(sink);
        return sink;
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of()
                .formatHex(Objects.requireNonNull(MessageDigest.getInstance("SHA-256"))
                        .digest(bytes));
    }

    private static byte[] numbered(Random random, int number, int bytes) {
        var body = new byte[bytes];
        random.nextBytes(body);
        return ByteBuffer.wrap(body).putInt(0, number).array();
    }

    private static int number(Message message) {
        return ByteBuffer.wrap(message.body()).getInt();
    }

    @Test
    void whatManySendArrivesOnceAndInTheOrderOfEach() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new Random(seed);
        int senders = 3;
        int messages = 300;
        Map<String, List<String>> sent = new ConcurrentHashMap<>();
        Map<String, List<String>> received = new ConcurrentHashMap<>();
        var all = new CountDownLatch(senders * messages);
        Scene scene = scene(4, Limits.OFF);
        Quasi sink = sink(scene).handle(">", message -> {
            received.computeIfAbsent(message.from(), name -> new ArrayList<>()).add(digest(message.body()));
            all.countDown();
        });
        sink.start();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < senders; i++)
            nodes.add(initiator("node" + i, scene.ways(), new MemoryNodeStore(), FAST)
                    .start());
        for (int n = 0; n < messages; n++) {
            for (Node node : nodes) {
                byte[] body = new byte[random.nextInt(20) == 0 ? random.nextInt(40_000) : random.nextInt(300)];
                random.nextBytes(body);
                sent.computeIfAbsent(node.name(), name -> new ArrayList<>()).add(digest(body));
                var unused = node.link("sink").sendAsync("s", List.of(), body);
            }
        }
        all.await();
        assertThat(received).isEqualTo(sent);
        assertThat(sink.statistics().get().received()).isEqualTo((long) senders * messages);
        assertThat(sink.statistics().get().refusals()).isEmpty();
        for (Node node : nodes) {
            assertThat(node.link("sink").sent()).isEqualTo(messages);
            assertThat(node.statistics().get().posts()).isLessThan(messages);
        }
    }

    @Test
    void whoSendsTextOnlyFillsItsPosts() throws Exception {
        byte[] body = new byte[200_000];
        new Random(6).nextBytes(body);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Scene scene = scene(2, Limits.OFF);
        sink(scene).handle(">", message -> received.add(digest(message.body()))).start();
        Node node = initiator("initiator", scene.ways(), new MemoryNodeStore(), FAST.withTextOnly(true))
                .start();
        node.link("sink").send("", body);
        assertThat(received.take()).isEqualTo(digest(body));
        NodeStatistics statistics = node.statistics().get();
        assertThat(statistics.documents()).isZero();
        assertThat(statistics.texts()).isEqualTo(27); // 200,000 bytes at up to 7,678 less header and frame
        assertThat(statistics.fill()).isGreaterThan(0.97);
    }

    @Test
    void anEmptyMessageIsAMessage() throws Exception {
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        Scene scene = scene(1, Limits.OFF);
        sink(scene).handle(">", message -> received.add(message.body().length)).start();
        initiator(scene).link("sink").send("", new byte[0]);
        assertThat(received.take()).isZero();
    }

    @Test
    void postsOfPeopleAndPacketsForOthersAreLeftAloneAndCounted() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Scene scene = scene(1, Limits.OFF);
        var person = scene.emulator.world().addUser("Ann", null);
        scene.emulator.world().chats().promote(scene.channel, Admin.of(person.id(), Right.POST_MESSAGES));
        Quasi sink = sink(scene).handle(">", message -> received.add(message.text()));
        sink.start();
        scene.emulator.world().people().say(person.id(), scene.channel, Outgoing.text("Hello, is this a chat?"));
        scene.emulator.world().people().say(person.id(), scene.channel, Outgoing.text("BAD idea"));
        byte[] foreign = new Packer()
                .pack(
                        PacketHeader.plain(PacketHeader.labelId("another"), 1, 0),
                        "",
                        0,
                        0,
                        List.of(io.botmesh.wire.Outgoing.of("", List.of(), new byte[] {9})),
                        Carriers.TEXT_BYTES)
                .packet();
        scene.api(scene.writers.getFirst()).call(SendMessage.of(scene.channel, Armour.BASE32768.encode(foreign)));
        initiator(scene).link("sink").send("", "for us");
        assertThat(received.take()).isEqualTo("for us");
        Map<String, Long> refusals = sink.statistics().get().refusals();
        assertThat(refusals).containsEntry("RECIPIENT_UNKNOWN", 1L);
        assertThat(refusals.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
    }

    @Test
    void aWriterWithoutRightsLeavesItsWorkToTheOthers() throws Exception {
        var received = new AtomicInteger();
        var all = new CountDownLatch(20);
        Scene scene = scene(2, Limits.OFF);
        var stranger = scene.emulator.world().addBot("stranger_bot");
        sink(scene)
                .handle(">", message -> {
                    received.incrementAndGet();
                    all.countDown();
                })
                .start();
        var ways = Carriers.channelWriters(
                List.of(ChatId.of(scene.channel)),
                List.of(BotToken.parse(stranger.token()), scene.writers.getFirst()),
                scene::api);
        Node node = initiator("initiator", ways, new MemoryNodeStore(), FAST).start();
        for (int i = 0; i < 20; i++)
            node.link("sink").send("", new byte[9000]).posted().get();
        all.await();
        assertThat(received).hasValue(20);
        assertThat(node.statistics().get().lanes().get("sink"))
                .filteredOn(lane -> lane.state() == LaneStatistics.State.DEAD)
                .hasSize(1);
    }

    @Test
    void withNoWriterThatMayPostANodeSaysWhatToDoAndKeepsItsMessages() throws Exception {
        BlockingQueue<NodeEvent> events = new LinkedBlockingQueue<>();
        Scene scene = scene(1, Limits.OFF);
        var stranger = scene.emulator.world().addBot("stranger_bot");
        var ways = Carriers.channelWriters(
                List.of(ChatId.of(scene.channel)), List.of(BotToken.parse(stranger.token())), scene::api);
        var store = new NodeRig.Disk();
        Node node =
                initiator("initiator", ways, store, FAST).onEvent(events::add).start();
        Receipt receipt = node.link("sink").send("", new byte[10]);
        assertThat(events.take())
                .isInstanceOfSatisfying(
                        NodeEvent.Unreachable.class,
                        told -> assertThat(told.why())
                                .contains("administrator", Long.toString(stranger.id()))
                                .doesNotContain(stranger.token()));
        NodeSide.stop(node);
        assertThatThrownBy(receipt.posted()::get).hasCauseInstanceOf(MeshException.Closed.class);
        assertThat(store.values.keySet()).anyMatch(key -> key.kind() == NodeStore.Kind.PACKET);
    }

    @Test
    void atThePapersLimitsNothingIsRefused() throws Exception {
        var all = new CountDownLatch(6);
        Scene scene = scene(2, Limits.PAPER);
        sink(scene).handle(">", message -> all.countDown()).start();
        Node node = initiator(
                        "initiator",
                        scene.ways(),
                        new MemoryNodeStore(),
                        NodeOptions.defaults().withTextOnly(true))
                .start();
        var random = new Random(7);
        for (int i = 0; i < 6; i++) node.link("sink").send("", numbered(random, i, 7000));
        all.await();
        assertThat(node.statistics().get().refused429()).isZero();
    }

    @Test
    void whoIgnoresTheLimitsIsSlowedDownByTheServerAndLosesNothing() throws Exception {
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        Scene scene = scene(1, Limits.PAPER);
        sink(scene).handle(">", message -> received.add(number(message))).start();
        Node node = initiator("initiator", scene.ways(), new MemoryNodeStore(), FAST.withTextOnly(true))
                .start();
        var random = new Random(8);
        for (int i = 0; i < 6; i++) node.link("sink").send("", numbered(random, i, 7000));
        for (int i = 0; i < 6; i++) assertThat(received.take()).isEqualTo(i);
        assertThat(node.statistics().get().refused429()).isPositive();
    }

    @Test
    void anInitiatorGoesOnInTheNextProcessBehindWhatItHasSent() throws Exception {
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        var store = new NodeRig.Disk();
        Scene scene = scene(2, Limits.OFF);
        sink(scene).handle(">", message -> received.add(number(message))).start();
        for (int process = 0; process < 5; process++) {
            Node node = initiator("initiator", scene.ways(), store, FAST.withTextOnly(true))
                    .start();
            Link link = node.link("sink");
            int from = (int) link.sent();
            assertThat(from).isEqualTo(process * 40);
            for (int i = from; i < from + 40; i++) link.send("", numbered(new Random(i), i, 3000));
            assertThat(link.sent()).isEqualTo(from + 40);
            NodeSide.stop(node); // with messages that wait, and posts on their way
        }
        Node last = initiator("initiator", scene.ways(), store, FAST).start();
        last.drain().get();
        assertThat(last.link("sink").sent()).isEqualTo(200);
        assertThat(last.link("elsewhere").sent()).isZero();
        for (int i = 0; i < 200; i++) assertThat(received.take()).isEqualTo(i);
        assertThat(received).isEmpty();
    }

    @Test
    void anInitiatorThatDiesRightAfterAPostHasNothingToSendInTheNextProcess() throws Exception {
        var store = new NodeRig.Disk();
        Scene scene = scene(1, Limits.OFF);
        Node dying = initiator("initiator", scene.ways(), store, FAST).start();
        dying.link("sink").send("", "posted").posted().get();
        var left = new NodeRig.Disk();
        left.values.putAll(store.values);
        Node next = initiator("initiator", scene.ways(), left, FAST).start();
        next.drain().get(30, TimeUnit.SECONDS);
        assertThat(next.link("sink").sent()).isEqualTo(1);
        assertThat(next.statistics().get().posts()).isZero();
    }

    @Test
    void aQuasiServerGoesOnInTheNextProcess() throws Exception {
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        Scene scene = scene(2, Limits.OFF);
        Link link = initiator("initiator", scene.ways(), new MemoryNodeStore(), FAST.withTextOnly(true))
                .start()
                .link("sink");
        var random = new Random(9);
        for (int process = 0; process < 4; process++) {
            int stopAt = (process + 1) * 30;
            var enough = new CountDownLatch(30);
            Quasi sink = sink(scene).handle(">", message -> {
                if (number(message) >= stopAt) throw new InterruptedException("this process ends here");
                received.add(number(message));
                enough.countDown();
            });
            sink.start();
            for (int i = 0; i < 40; i++) link.send("", numbered(random, process * 40 + i, 2500));
            enough.await();
            sink.close();
        }
        sink(scene).handle(">", message -> received.add(number(message))).start();
        for (int i = 0; i < 160; i++) assertThat(received.take()).isEqualTo(i);
        assertThat(received).isEmpty();
    }

    @Test
    void aMessageWhoseHandlerBreaksIsPutAsideAndTheNextOnesFollow() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        var attempts = new AtomicInteger();
        Scene scene = scene(1, Limits.OFF);
        Quasi sink = sink(scene, new Handling(64, 3, Duration.ZERO, Duration.ZERO))
                .handle(">", message -> {
                    if (message.text().equals("1")) {
                        attempts.incrementAndGet();
                        throw new StackOverflowError("cannot handle this one");
                    }
                    received.add(message.text());
                });
        sink.start();
        Link link = initiator(scene).link("sink");
        for (int i = 0; i < 3; i++) link.send("", Integer.toString(i));
        assertThat(received.take()).isEqualTo("0");
        assertThat(received.take()).isEqualTo("2");
        assertThat(attempts).hasValue(3);
        assertThat(sink.statistics().get().setAside()).isEqualTo(1);
    }

    @Test
    void lostRequestsAndLostAnswersLoseNothingAndRepeatNothing() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        int messages = 24;
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        Scene scene = scene(3, Limits.OFF);
        var way = new UnreliableTransport(scene.transport, seed, 0.4);
        var api = ApiOptions.defaults().withBase(scene.emulator.api());
        var ways = Carriers.channelWriters(
                List.of(ChatId.of(scene.channel)), scene.writers, token -> new BotApi(api, token, way));
        Quasi sink = sink(scene).handle(">", message -> received.add(number(message)));
        sink.start();
        Node node = initiator("initiator", ways, new MemoryNodeStore(), FAST.withTextOnly(true))
                .start();
        var random = new Random(seed);
        for (int i = 0; i < messages; i++) node.link("sink").send("", numbered(random, i, 4000));
        for (int i = 0; i < messages; i++) assertThat(received.take()).isEqualTo(i);
        node.drain().get();
        assertThat(way.lostAnswers).hasPositiveValue();
        assertThat(way.lostRequests).hasPositiveValue();
        assertThat(node.statistics().get().ambiguous()).isEqualTo(way.lostAnswers.get());
        assertThat(received).isEmpty();
    }

    /** Whoever they say they are: their outboxes tell them apart. */
    @Test
    void anObjectOfAnybodyIsTakenWherePacketsArePlain(@TempDir Path folder) throws Exception {
        var bytes = new byte[3 << 20];
        new Random(4).nextBytes(bytes);
        Path file = Files.write(folder.resolve("file"), bytes);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Scene scene = scene(2, Limits.OFF);
        Quasi sink = sink(scene);
        sink.node()
                .onObject(
                        folder.resolve("parts"),
                        Long.MAX_VALUE,
                        object -> received.add(
                                object.from() + object.name() + digest(Files.readAllBytes(object.file()))));
        sink.start();
        Link one = initiator("same", scene.ways(), new MemoryNodeStore(), FAST)
                .start()
                .link("sink");
        Link two = initiator("same", scene.ways(), new MemoryNodeStore(), FAST)
                .start()
                .link("sink");
        one.put("a", file);
        two.put("a", file);
        assertThat(received.take()).isEqualTo("samea" + digest(bytes));
        assertThat(received.take()).isEqualTo("samea" + digest(bytes));
    }

    @Test
    void anObjectThatNobodyTakesIsToldOfOnceAndItsPartsAreNoMessages(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[3 << 20]);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        BlockingQueue<NodeEvent> events = new LinkedBlockingQueue<>();
        Scene scene = scene(2, Limits.OFF);
        sink(scene)
                .handle(">", message -> received.add(message.text()))
                .onEvent(event -> {
                    if (event instanceof NodeEvent.Refused) events.add(event);
                })
                .start();
        Link link = initiator(scene).link("sink");
        link.put("a", file).posted().get();
        assertThat(events.take()).isEqualTo(new NodeEvent.Refused("initiator", "OBJECT_UNWANTED"));
        link.stream("other").send("", "a message");
        assertThat(received.take()).isEqualTo("a message");
        assertThat(events).isEmpty();
    }
}
