package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Limits;
import io.botmesh.world.Right;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A station and three readers on one channel of the emulator, each with a reader bot of its own. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TopicTest {
    private static final NodeOptions FAST =
            NodeOptions.defaults().withLanes(new NodeOptions.Sharing(new LaneLimits(1000, 1000), LaneShare.WHOLE));

    private final Scene scene = new Scene(1, Limits.OFF);
    private final Identity station = Identity.generate();
    private final ReaderSecret group = ReaderSecret.generate();
    private final AdmissionSecret shared = AdmissionSecret.generate();
    private final Map<String, BotToken> readers = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final BotToken writer;
    private final long channel;

    TopicTest() {
        var admins = new ArrayList<Admin>();
        for (String name : List.of("ben", "carl", "dora")) {
            BotAccount bot = scene.emulator.world().addBot(name + "_reader_bot");
            readers.put(name, BotToken.parse(bot.token()));
            admins.add(new Admin(bot.id(), Set.of()));
        }
        BotAccount bot = scene.emulator.world().addBot("weather_writer_bot");
        writer = BotToken.parse(bot.token());
        admins.add(new Admin(bot.id(), Set.of(Right.POST_MESSAGES)));
        channel = scene.emulator.world().addChannel("Weather", null, admins).id();
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
        scene.close();
    }

    private Topic topic() {
        return Topic.of("weather", "weather.>", group.key())
                .withAdmission(shared)
                .withFrom(Set.of("station"))
                .withQueues(Map.of("archive", readers.keySet()));
    }

    private Node publisher() {
        Carrier.Writers writers = Carriers.channelWriters(List.of(ChatId.of(channel)), List.of(writer), scene::api);
        var node = new Node(new NodeSetup(
                        "station",
                        Protection.Sealed.of(station, Keyring.of(ReaderSecret.generate())),
                        Peers.of(List.of(), List.of(topic().withWriters(writers))),
                        new NodeSetup.Ends(null, Map.of()).withTopic("weather", writers),
                        new MemoryNodeStore())
                .withOptions(FAST));
        nodes.add(node);
        return node.start();
    }

    /** To be started by the caller. */
    private Node reader(String name) {
        var keys = Keyring.of(ReaderSecret.generate()).joined("weather", 1, group, Instant.EPOCH, Keyring.LIFE);
        var protection = Protection.Sealed.of(Identity.generate(), keys)
                .withEnrolments(List.of(Enrolment.shared("weather", shared)));
        var known = new Peer("station", station.key(), null, null, List.of(), null, false);
        var node = new Node(new NodeSetup(
                        name,
                        protection,
                        Peers.of(List.of(known), List.of(topic())),
                        new NodeSetup.Ends(
                                Carriers.channelReader(
                                        scene.api(Objects.requireNonNull(readers.get(name))), channel, null),
                                Map.of()),
                        new MemoryNodeStore())
                .withOptions(FAST));
        nodes.add(node);
        return node;
    }

    @Test
    void onePostReachesAllReadersAndEachTakesTheSubjectsThatItWants() throws Exception {
        BlockingQueue<String> ben = new LinkedBlockingQueue<>();
        BlockingQueue<String> carl = new LinkedBlockingQueue<>();
        reader("ben")
                .subscribe("weather.>", message -> ben.add(message.from() + " " + message.text()))
                .start();
        reader("carl")
                .subscribe("weather.*.wind", message -> carl.add(message.text()))
                .start();
        Node station = publisher();
        TopicLink weather = station.topic("weather");
        weather.publish("weather.oslo.rain", "1 mm");
        Receipt last = weather.publish("weather.oslo.wind", "12 m/s");
        last.posted().get();
        assertThat(ben.take()).isEqualTo("station 1 mm");
        assertThat(ben.take()).isEqualTo("station 12 m/s");
        assertThat(carl.take()).isEqualTo("12 m/s");
        assertThat(station.statistics().get().posts()).isLessThanOrEqualTo(2);
        assertThat(last.done()).isCompletedExceptionally();
    }

    @Test
    void aQueueGroupSharesTheWorkWithoutFurtherPosts() throws Exception {
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        var busy = ConcurrentHashMap.<String>newKeySet();
        for (String name : readers.keySet()) {
            reader(name)
                    .subscribe("weather.>", "archive", message -> {
                        busy.add(name);
                        done.add(message.text());
                    })
                    .start();
        }
        TopicLink weather = publisher().topic("weather");
        for (int i = 0; i < 200; i++) weather.publish("weather.n", "reading " + i);
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 200; i++)
            assertThat(all.add(done.take())).as("handled once").isTrue();
        for (Node node : nodes) node.close();
        assertThat(done).isEmpty();
        assertThat(busy).isEqualTo(readers.keySet());
    }
}
