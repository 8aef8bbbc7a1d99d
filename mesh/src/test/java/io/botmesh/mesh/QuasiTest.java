package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Packer;
import io.botmesh.wire.PacketHeader;
import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Right;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class QuasiTest {
    private final MemoryJournal<RawUpdate> journal = new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
    private final MemoryInbox inbox = new MemoryInbox();

    @Test
    void whatManySendersSendArrivesOnceAndInTheOrderOfEach() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int senders = 3;
        int messages = 300;
        Map<String, List<String>> sent = new ConcurrentHashMap<>();
        Map<String, List<String>> received = new ConcurrentHashMap<>();
        CountDownLatch all = new CountDownLatch(senders * messages);
        try (Scene scene = new Scene(4, Limits.OFF);
                QuasiServer server = start(scene, message -> {
                    received.computeIfAbsent(message.sender(), name -> new ArrayList<>())
                            .add(digest(message.body()));
                    all.countDown();
                })) {
            List<Initiator> initiators = new ArrayList<>();
            for (int i = 0; i < senders; i++) {
                initiators.add(Initiator.open(scene.out().withNode("node" + i), scene::api, new MemoryOutbox()));
            }
            for (int n = 0; n < messages; n++) {
                for (int i = 0; i < senders; i++) {
                    byte[] body = new byte[random.nextInt(20) == 0 ? random.nextInt(40_000) : random.nextInt(300)];
                    random.nextBytes(body);
                    sent.computeIfAbsent("node" + i, name -> new ArrayList<>()).add(digest(body));
                    initiators.get(i).send(body);
                }
            }
            for (Initiator initiator : initiators) initiator.drain();
            all.await();
            server.stop(Duration.ofSeconds(10)); // a message counts when its handler has returned
            assertThat(received).isEqualTo(sent);
            assertThat(server.statistics().messages()).isEqualTo((long) senders * messages);
            assertThat(server.statistics().damaged()).isZero();
            for (Initiator initiator : initiators) {
                InitiatorStatistics statistics = initiator.statistics();
                assertThat(statistics.messages()).isEqualTo(messages);
                assertThat(statistics.posts() + statistics.documents()).isLessThan(messages);
                initiator.close();
            }
        }
    }

    @Test
    void aMessageLargerThanAFileMayBeArrivesWhole() throws Exception {
        byte[] body = new byte[45 << 20];
        new Random(5).nextBytes(body);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (Scene scene = new Scene(2, Limits.OFF);
                QuasiServer server = start(scene, message -> {
                    try (var in = message.open()) {
                        received.add(message.subject() + " " + message.length() + " " + digest(in.readAllBytes()));
                    }
                });
                Initiator initiator = Initiator.open(scene.out(), scene::api, new MemoryOutbox())) {
            Receipt receipt = initiator.send("big", new ByteArrayInputStream(body));
            receipt.posted().get();
            assertThat(received.take()).isEqualTo("big " + body.length + " " + digest(body));
            assertThat(initiator.statistics().documents()).isBetween(3L, 4L);
            server.stop(Duration.ofSeconds(10));
            assertThat(server.statistics().documents())
                    .isEqualTo(initiator.statistics().documents());
        }
    }

    @Test
    void aTextOnlySenderFillsItsPosts() throws Exception {
        byte[] body = new byte[200_000];
        new Random(6).nextBytes(body);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (Scene scene = new Scene(2, Limits.OFF);
                QuasiServer server = start(scene, message -> received.add(digest(message.body())));
                Initiator initiator = Initiator.open(scene.out().withTextOnly(true), scene::api, new MemoryOutbox())) {
            initiator.send(body);
            assertThat(received.take()).isEqualTo(digest(body));
            initiator.drain();
            InitiatorStatistics statistics = initiator.statistics();
            assertThat(statistics.documents()).isZero();
            assertThat(statistics.posts()).isEqualTo(27); // 200,000 bytes at up to 7,678 less header and frame
            assertThat(statistics.fill()).isGreaterThan(0.97);
            assertThat(server.statistics().documents()).isZero();
        }
    }

    @Test
    void anEmptyMessageIsAMessage() throws Exception {
        BlockingQueue<Long> received = new LinkedBlockingQueue<>();
        try (Scene scene = new Scene(1, Limits.OFF);
                QuasiServer server = start(scene, message -> received.add(message.length()));
                Initiator initiator = Initiator.open(scene.out(), scene::api, new MemoryOutbox())) {
            initiator.send(new byte[0]);
            assertThat(received.take()).isZero();
            assertThat(server.statistics().notPackets()).isZero();
        }
    }

    @Test
    void thePostsOfPeopleAreIgnoredAndCounted() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (Scene scene = new Scene(1, Limits.OFF)) {
            var person = scene.emulator.world().addUser("Ann", null);
            scene.emulator.world().chats().promote(scene.channel, Admin.of(person.id(), Right.POST_MESSAGES));
            try (QuasiServer server = start(scene, message -> received.add(digest(message.body())));
                    Initiator initiator = Initiator.open(scene.out(), scene::api, new MemoryOutbox())) {
                scene.emulator
                        .world()
                        .people()
                        .say(person.id(), scene.channel, Outgoing.text("Hello, is this a chat?"));
                scene.emulator.world().people().say(person.id(), scene.channel, Outgoing.text("BAD idea"));
                initiator.send(new byte[] {1});
                assertThat(received.take()).isEqualTo(digest(new byte[] {1}));
                server.stop(Duration.ofSeconds(10)); // posts of people are counted on threads of their own
                assertThat(server.statistics().notPackets()
                                + server.statistics().damaged())
                        .isEqualTo(2);
                assertThat(server.statistics().notPackets()).isGreaterThan(0);
            }
        }
    }

    @Test
    void aWriterWithoutRightsLeavesItsWorkToTheOthers() throws Exception {
        AtomicInteger received = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(20);
        try (Scene scene = new Scene(2, Limits.OFF)) {
            var stranger = scene.emulator.world().addBot("stranger_bot");
            List<BotToken> writers = List.of(BotToken.parse(stranger.token()), scene.writers.getFirst());
            try (QuasiServer server = start(scene, message -> {
                        received.incrementAndGet();
                        all.countDown();
                    });
                    Initiator initiator = Initiator.open(
                            InitiatorOptions.of(ChatId.of(scene.channel), writers)
                                    .withLimits(new LaneLimits(1000, 1000)),
                            scene::api,
                            new MemoryOutbox())) {
                for (int i = 0; i < 20; i++)
                    initiator.send(new byte[9000]).posted().get();
                all.await();
                server.stop(Duration.ofSeconds(10));
                assertThat(received).hasValue(20);
                assertThat(initiator.statistics().deadLanes()).isEqualTo(1);
                assertThat(server.statistics().messages()).isEqualTo(20);
            }
        }
    }

    @Test
    void withNoWriterThatMayPostDrainSaysWhatToDo() throws Exception {
        try (Scene scene = new Scene(1, Limits.OFF)) {
            var stranger = scene.emulator.world().addBot("stranger_bot");
            MemoryOutbox outbox = new MemoryOutbox();
            try (Initiator initiator = Initiator.open(
                    InitiatorOptions.of(ChatId.of(scene.channel), List.of(BotToken.parse(stranger.token()))),
                    scene::api,
                    outbox)) {
                initiator.send(new byte[10]);
                assertThatThrownBy(initiator::drain)
                        .isInstanceOf(MeshException.NoLane.class)
                        .hasMessageContaining("administrator")
                        .hasMessageContaining(Long.toString(stranger.id()))
                        .extracting(Throwable::getMessage)
                        .asString()
                        .doesNotContain(stranger.token());
            }
            assertThat(outbox.unposted()).hasSize(1);
        }
    }

    @Test
    void atThePapersLimitsNothingIsRefusedTwice() throws Exception {
        CountDownLatch all = new CountDownLatch(6);
        try (Scene scene = new Scene(2, Limits.PAPER);
                QuasiServer server = start(scene, message -> all.countDown());
                Initiator initiator = Initiator.open(
                        scene.out().withLimits(LaneLimits.PAPER).withTextOnly(true), scene::api, new MemoryOutbox())) {
            Random random = new Random(7);
            for (int i = 0; i < 6; i++) {
                byte[] body = new byte[7000];
                random.nextBytes(body);
                initiator.send(body);
            }
            all.await();
            server.stop(Duration.ofSeconds(10));
            initiator.drain();
            assertThat(initiator.statistics().retried429()).isZero();
            assertThat(server.statistics().messages()).isEqualTo(6);
        }
    }

    @Test
    void aSenderThatIgnoresTheLimitsIsSlowedDownByTheServerAndLosesNothing() throws Exception {
        CountDownLatch all = new CountDownLatch(6);
        try (Scene scene = new Scene(1, Limits.PAPER);
                QuasiServer server = start(scene, message -> all.countDown());
                Initiator initiator = Initiator.open(scene.out().withTextOnly(true), scene::api, new MemoryOutbox())) {
            Random random = new Random(8);
            for (int i = 0; i < 6; i++) {
                byte[] body = new byte[7000];
                random.nextBytes(body);
                initiator.send(body);
            }
            all.await();
            server.stop(Duration.ofSeconds(10));
            assertThat(initiator.statistics().retried429()).isPositive();
            assertThat(server.statistics().messages()).isEqualTo(6);
        }
    }

    @Test
    void anOutboxGoesOnInTheNextProcess() throws Exception {
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        MemoryOutbox outbox = new MemoryOutbox();
        try (Scene scene = new Scene(2, Limits.OFF);
                QuasiServer server = start(
                        scene,
                        message -> received.add(ByteBuffer.wrap(message.body()).getInt()))) {
            for (int process = 0; process < 5; process++) {
                try (Initiator initiator = Initiator.open(scene.out().withTextOnly(true), scene::api, outbox)) {
                    int from = (int) initiator.sent();
                    for (int i = from; i < from + 40; i++) {
                        byte[] body = new byte[3000];
                        new Random(i).nextBytes(body);
                        initiator.send(ByteBuffer.wrap(body).putInt(0, i).array());
                    }
                } // closed with messages in the outbox and posts on their way
            }
            try (Initiator last = Initiator.open(scene.out(), scene::api, outbox)) {
                last.drain();
            }
            for (int i = 0; i < 200; i++) assertThat(received.take()).isEqualTo(i);
            assertThat(received).isEmpty();
            assertThat(server.statistics().damaged()).isZero();
        }
    }

    @Test
    void aReaderGoesOnInTheNextProcess() throws Exception {
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        try (Scene scene = new Scene(2, Limits.OFF);
                Initiator initiator = Initiator.open(scene.out().withTextOnly(true), scene::api, new MemoryOutbox())) {
            Random random = new Random(9);
            int next = 0;
            for (int process = 0; process < 4; process++) {
                int stopAt = next + 30;
                CountDownLatch enough = new CountDownLatch(30);
                try (QuasiServer server = start(scene, message -> {
                    int number = ByteBuffer.wrap(message.body()).getInt();
                    if (number >= stopAt) throw new InterruptedException("this process ends here");
                    received.add(number);
                    enough.countDown();
                })) {
                    for (int i = 0; i < 40; i++) {
                        byte[] body = new byte[2500];
                        random.nextBytes(body);
                        initiator.send(ByteBuffer.wrap(body)
                                .putInt(0, process * 40 + i)
                                .array());
                    }
                    enough.await();
                    server.stop(Duration.ofSeconds(5));
                }
                next = stopAt;
            }
            try (QuasiServer server = start(
                    scene,
                    message -> received.add(ByteBuffer.wrap(message.body()).getInt()))) {
                for (int i = 0; i < 160; i++)
                    assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(i);
                assertThat(received).isEmpty();
                assertThat(server.stopped()).isNotDone();
            }
        }
    }

    @Test
    void aMessageWhoseHandlerKeepsFailingIsSetAsideAndTheNextOnesFollow() throws Exception {
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        AtomicInteger attempts = new AtomicInteger();
        try (Scene scene = new Scene(1, Limits.OFF);
                QuasiServer server = QuasiServer.start(
                        QuasiOptions.defaults().withHandlerAttempts(3),
                        scene.api(scene.reader),
                        journal,
                        inbox,
                        message -> {
                            if (message.body()[0] == 1) {
                                attempts.incrementAndGet();
                                throw new StackOverflowError("cannot handle this one");
                            }
                            received.add((int) message.body()[0]);
                        });
                Initiator initiator = Initiator.open(scene.out(), scene::api, new MemoryOutbox())) {
            for (int i = 0; i < 3; i++) initiator.send(new byte[] {(byte) i});
            assertThat(received.take()).isZero();
            assertThat(received.take()).isEqualTo(2);
            assertThat(attempts).hasValue(3);
            assertThat(server.statistics().setAside()).isEqualTo(1);
        }
    }

    @Test
    void lostRequestsAndLostAnswersLoseNothingAndRepeatNothing() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        int messages = 60;
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        try (Scene scene = new Scene(3, Limits.OFF)) {
            var way = new UnreliableTransport(scene.transport, seed, 0.4);
            var api = ApiOptions.defaults().withBase(scene.emulator.api());
            try (QuasiServer server = QuasiServer.start(
                            QuasiOptions.defaults(),
                            new BotApi(api, scene.reader, new UnreliableTransport(scene.transport, seed, 0)),
                            journal,
                            inbox,
                            message ->
                                    received.add(ByteBuffer.wrap(message.body()).getInt()));
                    Initiator initiator = Initiator.open(
                            scene.out().withTextOnly(true), token -> new BotApi(api, token, way), new MemoryOutbox())) {
                Random random = new Random(seed);
                for (int i = 0; i < messages; i++) {
                    byte[] body = new byte[4000];
                    random.nextBytes(body);
                    initiator.send(ByteBuffer.wrap(body).putInt(0, i).array());
                }
                for (int i = 0; i < messages; i++) assertThat(received.take()).isEqualTo(i);
                initiator.drain();
                server.stop(Duration.ofSeconds(10));
                assertThat(received).isEmpty();
                assertThat(way.lostAnswers).hasPositiveValue();
                assertThat(way.lostRequests).hasPositiveValue();
                assertThat(initiator.statistics().ambiguous()).isEqualTo(way.lostAnswers.get());
                assertThat(server.statistics().duplicates()).isPositive().isLessThanOrEqualTo(way.lostAnswers.get());
            }
        }
    }

    @Test
    void drainWaitsForThePacketThatIsJustBeingMade() throws Exception {
        CountDownLatch packing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Outbox slow = new SlowOutbox(
                () -> { // called when nothing is pending any more
                    packing.countDown();
                    goOn.await();
                });
        try (Scene scene = new Scene(1, Limits.OFF);
                Initiator initiator = Initiator.open(scene.out(), scene::api, slow)) {
            initiator.send(new byte[10]);
            packing.await();
            Thread.ofVirtual().start(goOn::countDown);
            initiator.drain();
            assertThat(initiator.statistics().posts()).isEqualTo(1);
        }
    }

    @Test
    void aPacketForSomebodyElseInTheChannelIsLeftAlone() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        byte[] foreign = new Packer()
                .pack(
                        PacketHeader.plain(PacketHeader.labelId("another"), 1, 0),
                        "",
                        0,
                        0,
                        List.of(io.botmesh.wire.Outgoing.of("", List.of(), new byte[] {9})),
                        PostMaker.TEXT_BYTES)
                .packet();
        try (Scene scene = new Scene(1, Limits.OFF);
                QuasiServer server = start(scene, message -> received.add(digest(message.body())));
                Initiator initiator = Initiator.open(scene.out(), scene::api, new MemoryOutbox())) {
            scene.api(scene.writers.getFirst()).call(SendMessage.of(scene.channel, Armour.BASE32768.encode(foreign)));
            initiator.send(new byte[] {1});
            assertThat(received.take()).isEqualTo(digest(new byte[] {1}));
            server.stop(Duration.ofSeconds(10));
            assertThat(server.statistics().others()).isEqualTo(1);
            assertThat(server.statistics().messages()).isEqualTo(1);
        }
    }

    @Test
    void whatComesFromAnotherChannelWaitsForAReaderThatListensThere() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (Scene scene = new Scene(1, Limits.OFF)) {
            long other = scene.emulator
                    .world()
                    .addChannel(
                            "Other",
                            null,
                            List.of(
                                    Admin.of(scene.reader.botId()),
                                    Admin.of(scene.writers.getFirst().botId(), Right.POST_MESSAGES)))
                    .id();
            try (QuasiServer server = start(scene, message -> received.add(message.sender()));
                    Initiator here = Initiator.open(scene.out().withNode("here"), scene::api, new MemoryOutbox());
                    Initiator there = Initiator.open(
                            InitiatorOptions.of(ChatId.of(other), scene.writers).withNode("there"),
                            scene::api,
                            new MemoryOutbox())) {
                there.send(new byte[] {1});
                there.drain();
                here.send(new byte[] {2});
                assertThat(received.take()).isEqualTo("here");
                server.stop(Duration.ofSeconds(10));
            }
            assertThat(received).isEmpty();
            try (QuasiServer server = QuasiServer.start(
                    QuasiOptions.defaults().withChannel(other),
                    scene.api(scene.reader),
                    journal,
                    inbox,
                    message -> received.add(message.sender()))) {
                assertThat(received.take()).isEqualTo("there");
                assertThat(server.stopped()).isNotDone();
            }
        }
    }

    @Test
    void aReaderOutsideAPublicChannelSaysSoToo() {
        try (Scene scene = new Scene(1, Limits.OFF)) {
            var stranger = scene.emulator.world().addBot("outside_bot");
            long open = scene.emulator
                    .world()
                    .addChannel("Open", "open_channel", List.of(Admin.full(scene.reader.botId())))
                    .id();
            assertThatThrownBy(() -> QuasiServer.start(
                            QuasiOptions.defaults().withChannel(open),
                            scene.api(BotToken.parse(stranger.token())),
                            journal,
                            inbox,
                            message -> {}))
                    .isInstanceOf(MeshException.Refused.class)
                    .hasMessageContaining("administrator");
        }
    }

    @Test
    void aReaderWithAWrongTokenSaysSoAndNeverPrintsIt() {
        try (Scene scene = new Scene(1, Limits.OFF)) {
            BotToken wrong = BotToken.parse("987654321:FAKE-token-for-tests-only-000000000");
            assertThatThrownBy(() ->
                            QuasiServer.start(QuasiOptions.defaults(), scene.api(wrong), journal, inbox, message -> {}))
                    .isInstanceOf(MeshException.Refused.class)
                    .hasMessageContaining("token")
                    .extracting(Throwable::getMessage)
                    .asString()
                    .doesNotContain("FAKE");
        }
    }

    @Test
    void aReaderOutsideItsChannelSaysSo() {
        try (Scene scene = new Scene(1, Limits.OFF)) {
            var stranger = scene.emulator.world().addBot("stranger_bot");
            assertThatThrownBy(() -> QuasiServer.start(
                            QuasiOptions.defaults().withChannel(scene.channel),
                            scene.api(BotToken.parse(stranger.token())),
                            journal,
                            inbox,
                            message -> {}))
                    .isInstanceOf(MeshException.Refused.class)
                    .hasMessageContaining("administrator");
        }
    }

    private QuasiServer start(Scene scene, MessageHandler handler) throws InterruptedException {
        return QuasiServer.start(
                QuasiOptions.defaults().withChannel(scene.channel), scene.api(scene.reader), journal, inbox, handler);
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of()
                .formatHex(Objects.requireNonNull(MessageDigest.getInstance("SHA-256"))
                        .digest(bytes));
    }
}
