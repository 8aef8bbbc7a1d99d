package io.botmesh.examples;

import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.Receipt;
import io.botmesh.mesh.RegisterValue;
import io.botmesh.store.JdbcNodeStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** How nodes speak with each other. Nodes get their handlers before they are started. */
public final class MeshPatterns {
    private MeshPatterns() {}

    /** A node of a peer file that says hello to all others, and tells of what it hears. */
    public static Node meet(Mesh mesh, NodeStore store, Consumer<String> heard) throws InterruptedException {
        Node node = mesh.node(store).handle("hello", message -> heard.accept(message.from() + ": " + message.text()));
        node.start();
        for (var peer : mesh.view().peers()) {
            if (peer.reachable()) node.link(peer.name()).send("hello", "hello from " + node.name());
        }
        return node;
    }

    /** A whole node: it hears greetings, greets Ben, and ends when his handler has. */
    public static void greet(Mesh mesh, Path database) throws Exception {
        try (var store = JdbcNodeStore.open(database, "anna");
                Node node = mesh.node(store)) {
            node.handle("greeting.*", message -> System.out.println(message.text()))
                    .start();
            node.link("ben").send("greeting.hello", "hello").done().get();
        }
    }

    /** A duplex link: both send and both handle; receipts say how far a message has come. */
    public static Receipt ping(Node anna) throws InterruptedException {
        anna.handle("pong", message -> System.out.println(message.from() + " says " + message.text()));
        anna.start();
        return anna.link("ben").send("ping", "are you there?");
    }

    /** The other end. */
    public static Node pong(Node ben) {
        return ben.handle("ping", message -> ben.link(message.from()).send("pong", "yes"))
                .start();
    }

    /** Answers requests. */
    public static Node square(Node server) {
        return server.handle("square", message -> {
            long number = Long.parseLong(message.text());
            message.reply(Long.toString(number * number));
        });
    }

    /** Asks, and waits for the answer; a request that comes after its deadline is not handled. */
    public static long squareOf(Node client, String server, long number) throws Exception {
        Message reply = client.link(server)
                .request("square", Long.toString(number), Duration.ofSeconds(30))
                .get();
        return Long.parseLong(reply.text());
    }

    /** One post for all who read the topic. */
    public static void forecast(Node station, String place, String text) throws InterruptedException {
        station.topic("weather").publish("weather." + place, text);
    }

    /** Reads what is published about one place. */
    public static Node follow(Node reader, String place, Consumer<String> into) {
        return reader.subscribe("weather." + place, message -> into.accept(message.text()));
    }

    /** Shares the work: of all members of the queue one handles each message. */
    public static Node archive(Node member, Consumer<String> into) {
        return member.subscribe("weather.>", "archive", message -> into.accept(message.text()));
    }

    /** Says who shares it, as the topic's owner. */
    public static void archivists(Node owner, String... members) throws InterruptedException {
        owner.topic("weather").queue("archive", Set.of(members));
    }

    /** Sends a file of any size; after a crash the same call goes on where it was. */
    public static Receipt send(Node from, String to, Path file) throws Exception {
        return from.link(to).put(file.getFileName().toString(), file);
    }

    /** Takes files of up to a gigabyte, and keeps them under names of its own. */
    public static Node keep(Node node, Path parts, Path kept) {
        return node.onObject(parts, 1L << 30, object -> {
            Path place = kept.resolve(object.from() + "-" + object.size() + ".bin");
            Files.copy(object.file(), place, StandardCopyOption.REPLACE_EXISTING);
        });
    }

    /** Keeps a value for all who have the topic's key: in the pinned post of its channel. */
    public static RegisterValue warn(Node owner, String level) throws InterruptedException {
        return owner.topic("weather").register().set(level);
    }

    /** Looks every ten seconds, with any bot that is there; it needs no updates of its own. */
    public static void watch(Node reader, Consumer<String> into) {
        reader.topic("weather").register().onChange(Duration.ofSeconds(10), value -> into.accept(value.text()));
    }

    /** Names of those whom a node can post to. */
    public static List<String> reachable(Mesh mesh) {
        return mesh.view().peers().stream()
                .filter(peer -> peer.reachable())
                .map(peer -> peer.name())
                .toList();
    }
}
