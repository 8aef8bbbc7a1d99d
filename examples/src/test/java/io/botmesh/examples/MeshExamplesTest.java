package io.botmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Aggregate;
import io.botmesh.mesh.DelegatingNodeStore;
import io.botmesh.mesh.MemoryNodeStore;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.Quasi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the mesh, each on nodes of a peer file against the emulator. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MeshExamplesTest {
    private MeshScene scene = new MeshScene("server", "anna", "ben");
    private final BlockingQueue<String> got = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    private void use(String... names) throws Exception {
        scene.close();
        scene = new MeshScene(names);
    }

    private Quasi server() {
        return scene.closing(Quasi.of(scene.setup("server", new MemoryNodeStore())));
    }

    @Test
    void resultsBecomeOneSum() throws Exception {
        Quasi server = server();
        Aggregate sum = QuasiUses.sum(server);
        server.start();
        for (String name : List.of("anna", "ben")) {
            Node worker = scene.node(name).start();
            for (int i = 1; i <= 50; i++) worker.link("server").send("result." + i, Integer.toString(i));
        }
        while (!sum.text().equals("2550")) Thread.onSpinWait();
        assertThat(server.statistics().get().handled()).isEqualTo(100);
        server.drain().get();
    }

    @Test
    void readingsFlowInTheOrderOfEachSensorAndNoFasterThanTheyAreTaken() throws Exception {
        Quasi server = server();
        QuasiUses.readings(server, new Flow.Subscriber<>() {
            @SuppressWarnings("NullAway.Init") // comes first
            private Flow.Subscription flow;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                flow = subscription;
                flow.request(1);
            }

            @Override
            public void onNext(Message reading) {
                got.add(reading.from() + " " + reading.subject() + " " + reading.text());
                flow.request(1);
            }

            @Override
            public void onError(Throwable failed) {
                got.add(failed.toString());
            }

            @Override
            public void onComplete() {
                got.add("end");
            }
        });
        server.start();
        Node sensor = scene.node("anna").start();
        for (int i = 0; i < 20; i++) QuasiUses.measure(sensor, "oslo", i / 2.0);
        for (int i = 0; i < 20; i++) assertThat(got.take()).isEqualTo("anna sensor.oslo " + i / 2.0);
        server.close();
        assertThat(got.take()).isEqualTo("end");
    }

    /** Takes what comes, and breaks when the next message is done. */
    private static final class DyingStore extends DelegatingNodeStore {
        private volatile boolean dies;

        DyingStore() {
            super(new MemoryNodeStore());
        }

        void die() {
            dies = true;
        }

        void recover() {
            dies = false;
        }

        @Override
        public void commit(List<Write> writes) throws InterruptedException {
            boolean done = writes.stream().anyMatch(one -> one.key().kind() == Kind.READY && one.value() == null);
            if (dies && done) throw new MeshException.Unusable("the process is killed", null);
            super.commit(writes);
        }

        @Override
        public void close() {}
    }

    @Test
    void anOrderStandsInTheDatabaseOnceAlsoIfItComesAgain(@TempDir Path folder) throws Exception {
        String database = "jdbc:sqlite:" + folder.resolve("orders.db");
        try (var connection = DriverManager.getConnection(database);
                var statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE handled(id TEXT PRIMARY KEY)");
            statement.executeUpdate("CREATE TABLE orders(item TEXT)");
        }
        // The process dies when the database has the order and the node does not know it yet; its store is as before.
        var store = new DyingStore();
        Quasi first = scene.closing(Quasi.of(scene.setup("server", store)));
        QuasiUses.orders(first, database).start();
        Node anna = scene.node("anna").start();
        store.die();
        anna.link("server").send("order", "item 0");
        assertThat(first.stopped()).failsWithin(Duration.ofSeconds(30));
        first.close();
        assertThat(items(database)).containsExactly("item 0");
        store.recover();
        Quasi server = scene.closing(Quasi.of(scene.setup("server", store)));
        QuasiUses.orders(server, database).onEvent(event -> {});
        server.handle("done", message -> got.add(message.text())).start();
        for (int i = 1; i < 5; i++) anna.link("server").send("order", "item " + i);
        anna.link("server").send("done", "all");
        assertThat(got.take()).isEqualTo("all");
        assertThat(items(database)).containsExactly("item 0", "item 1", "item 2", "item 3", "item 4");
    }

    private static List<String> items(String database) throws Exception {
        try (var connection = DriverManager.getConnection(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT item FROM orders ORDER BY item")) {
            var items = new ArrayList<String>();
            while (rows.next()) items.add(rows.getString(1));
            return items;
        }
    }

    @Test
    void aGatewayHidesWhoTold() throws Exception {
        use("gateway", "press", "anna");
        Quasi gateway = scene.closing(QuasiUses.gateway(scene.mesh("gateway"), new MemoryNodeStore()));
        gateway.start();
        scene.node("press")
                .handle("tip", message -> got.add(message.from() + " " + message.isFromPeer() + " " + message.text()))
                .start();
        QuasiUses.tell(scene.node("anna").start(), "look under the carpet");
        assertThat(got.take()).endsWith(" false look under the carpet").doesNotContain("anna");
    }

    @Test
    void bothEndsOfALinkSendAndHandle() throws Exception {
        MeshPatterns.pong(scene.node("ben"));
        MeshPatterns.ping(scene.node("anna").handle("pong", message -> got.add(message.text())))
                .done()
                .get();
        assertThat(got.take()).isEqualTo("yes");
    }

    @Test
    void aRequestIsAnswered() throws Exception {
        MeshPatterns.square(scene.node("server")).start();
        assertThat(MeshPatterns.squareOf(scene.node("anna").start(), "server", 12))
                .isEqualTo(144);
    }

    @Test
    void whatIsPublishedReachesWhoFollowsIt() throws Exception {
        MeshPatterns.follow(scene.node("anna"), "oslo", got::add).start();
        MeshPatterns.follow(scene.node("ben"), "*", text -> got.add("ben " + text))
                .start();
        Node station = scene.node("server").start();
        MeshPatterns.forecast(station, "oslo", "rain");
        assertThat(List.of(got.take(), got.take())).containsExactlyInAnyOrder("rain", "ben rain");
    }

    @Test
    void aQueueGroupHandlesEachMessageOnce() throws Exception {
        MeshPatterns.archive(scene.node("anna"), got::add).start();
        MeshPatterns.archive(scene.node("ben"), got::add).start();
        Node station = scene.node("server").start();
        MeshPatterns.archivists(station, "anna", "ben");
        for (int i = 0; i < 8; i++) MeshPatterns.forecast(station, "oslo", "reading " + i);
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 8; i++) assertThat(all.add(got.take())).isTrue();
    }

    @Test
    void aGreetingIsSaidToBeHandledBeforeItsNodeEnds(@TempDir Path folder) throws Exception {
        Node ben = scene.node("ben").handle("greeting.*", message -> got.add(message.from() + ": " + message.text()));
        ben.start();
        MeshPatterns.greet(scene.mesh("anna"), folder.resolve("anna.db"));
        assertThat(got).containsExactly("anna: hello");
    }

    @Test
    void aFileArrivesWhole(@TempDir Path folder) throws Exception {
        var bytes = new byte[1_500_000];
        new Random(3).nextBytes(bytes);
        Path file = Files.write(folder.resolve("picture.raw"), bytes);
        Path kept = Files.createDirectory(folder.resolve("kept"));
        MeshPatterns.keep(scene.node("ben"), folder.resolve("parts"), kept).start();
        MeshPatterns.send(scene.node("anna").start(), "ben", file).done().get();
        assertThat(kept.resolve("anna-1500000.bin")).hasBinaryContent(bytes);
    }

    @Test
    void aValueOfTheOwnersIsReadByAll() throws Exception {
        Node owner = scene.node("server").start();
        assertThat(MeshPatterns.warn(owner, "yellow").version()).isEqualTo(1);
        for (String name : List.of("anna", "ben"))
            MeshPatterns.watch(scene.node(name).start(), got::add);
        assertThat(List.of(got.take(), got.take())).containsOnly("yellow");
    }

    @Test
    void allNodesOfAPeerFileMeetEachOther() throws Exception {
        var names = new String[6];
        for (int i = 0; i < names.length; i++) names[i] = "node" + i;
        use(names);
        for (String name : names) scene.closing(MeshPatterns.meet(scene.mesh(name), new MemoryNodeStore(), got::add));
        var heard = new ArrayList<String>();
        while (heard.size() < names.length * (names.length - 1)) heard.add(got.take());
        for (String name : names) {
            assertThat(heard.stream().filter(one -> one.equals(name + ": hello from " + name)))
                    .hasSize(names.length - 1);
        }
        assertThat(MeshPatterns.reachable(scene.mesh("node0"))).hasSize(names.length - 1);
    }
}
