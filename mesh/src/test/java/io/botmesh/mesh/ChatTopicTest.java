package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.GetMe;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerSecrets.Given;
import io.botmesh.mesh.PeerSecrets.Granted;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Identity;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.Armour;
import io.botmesh.world.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose reader bot other bots write to, and which is a member of a topic. */
@Timeout(60)
class ChatTopicTest {
    private final ReaderSecret group = ReaderSecret.generate();
    private final AdmissionSecret shared = AdmissionSecret.generate();
    private final AdmissionSecret granted = AdmissionSecret.generate();
    private final KeyFile anna = keys();
    private final KeyFile carl = keys();

    private KeyFile keys() {
        var keyring = Keyring.of(ReaderSecret.generate()).joined("weather", 0, group, Instant.EPOCH, Keyring.LIFE);
        return new KeyFile(Identity.generate(), keyring);
    }

    private static PeerFile.Node node(String name, KeyFile keys, Medium medium, List<ChatId> at, List<Long> writers) {
        boolean reads = !at.isEmpty();
        return new PeerFile.Node(
                name,
                keys.identity().key(),
                reads ? keys.keyring().current() : null,
                medium,
                at,
                writers,
                null,
                Armour.BASE32768,
                false);
    }

    private static Mesh mesh(PeerFile file, PeerSecrets own, Scene scene) {
        return Mesh.of(PeerView.of(file, own), scene.emulator.api());
    }

    @Test
    void whoIsWrittenToByBotsGetsWhatIsPublishedToo() throws Exception {
        try (var scene = new Scene(1, Limits.OFF)) {
            scene.talkWithBots(true);
            long writer = scene.writers.getFirst().botId();
            String name = scene.api(scene.reader).call(GetMe.of()).username();
            var reader = ChatId.of("@" + name);
            var weather = new PeerFile.Topic(
                    "weather",
                    "weather.>",
                    ChatId.of(scene.channel),
                    List.of(writer),
                    group.key(),
                    null,
                    Set.of("carl"),
                    null,
                    Map.of());
            var file = new PeerFile(
                    Map.of(
                            "anna",
                            node("anna", anna, Medium.CHANNEL, List.of(), List.of()),
                            "carl",
                            node("carl", carl, Medium.CHAT, List.of(reader), List.of(writer))),
                    Map.of("weather", weather));
            var topic = Map.of("weather", new Given(scene.writers, shared));
            var annas = new PeerSecrets(
                    "anna", anna, null, null, Map.of("carl", new Given(scene.writers, granted)), Map.of(), topic);
            var carls = new PeerSecrets(
                    "carl",
                    carl,
                    scene.reader,
                    null,
                    Map.of(),
                    Map.of("anna", new Granted(granted, null, false)),
                    Map.of("weather", new Given(List.of(), shared)));
            BlockingQueue<String> got = new LinkedBlockingQueue<>();
            try (Mesh from = mesh(file, annas, scene);
                    Mesh to = mesh(file, carls, scene);
                    Node a = from.node(new MemoryNodeStore()).start();
                    Node c = to.node(new MemoryNodeStore())) {
                c.handle("direct", message -> got.add(message.text()))
                        .subscribe("weather.>", message -> got.add(message.text()))
                        .start();
                a.topic("weather").publish("weather.oslo", "1 mm");
                assertThat(got.take()).isEqualTo("1 mm");
                a.link("carl").send("direct", "hello");
                assertThat(got.take()).isEqualTo("hello");
            }
        }
    }
}
