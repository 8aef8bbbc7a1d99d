package io.botmesh.examples;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.mesh.LaneLimits;
import io.botmesh.mesh.LaneShare;
import io.botmesh.mesh.MemoryNodeStore;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerSecrets.Given;
import io.botmesh.mesh.PeerSecrets.Granted;
import io.botmesh.mesh.PeerView;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Identity;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.LinkSender;
import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import io.botmesh.world.Right;
import io.botmesh.world.WorldOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A mesh of nodes that all know each other, with their files, bots and channels in an emulator; the first one owns the topic weather. */
@SuppressWarnings("try") // what it closes may be interrupted
final class MeshScene implements AutoCloseable {
    private final Emulator emulator = Emulator.start(
            EmulatorOptions.defaults().withWorld(WorldOptions.defaults().withLimits(Limits.OFF)));
    private final Map<String, PeerView> views = new LinkedHashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    MeshScene(String... names) {
        Map<String, KeyFile> keys = new HashMap<>();
        Map<String, BotToken> readers = new HashMap<>();
        Map<String, List<BotToken>> writers = new HashMap<>();
        Map<String, PeerFile.Node> nodes = new LinkedHashMap<>();
        Map<String, AdmissionSecret> admissions = new HashMap<>();
        ReaderSecret group = ReaderSecret.generate();
        AdmissionSecret shared = AdmissionSecret.generate();
        for (String name : names) {
            Keyring keyring =
                    Keyring.of(ReaderSecret.generate()).joined("weather", 0, group, Instant.EPOCH, Keyring.LIFE);
            var own = new KeyFile(Identity.generate(), keyring);
            keys.put(name, own);
            readers.put(name, bot(name + "_reader_bot"));
            writers.put(name, List.of(bot(name + "_writer1_bot"), bot(name + "_writer2_bot")));
            long channel = channel(name, List.of(reader(readers, name)), of(writers, name));
            nodes.put(
                    name,
                    new PeerFile.Node(
                            name,
                            own.identity().key(),
                            own.keyring().current(),
                            Medium.CHANNEL,
                            List.of(ChatId.of(channel)),
                            ids(of(writers, name)),
                            null,
                            false));
            for (String other : names) admissions.put(other + " " + name, AdmissionSecret.generate());
        }
        BotToken station = bot("weather_writer_bot");
        long channel = channel("weather", List.copyOf(readers.values()), List.of(station));
        emulator.world()
                .chats()
                .promote(
                        channel,
                        new Admin(reader(readers, names[0]).botId(), Set.of(Right.POST_MESSAGES, Right.EDIT_MESSAGES)));
        var weather = new PeerFile.Topic(
                "weather",
                "weather.>",
                ChatId.of(channel),
                List.of(station.botId()),
                group.key(),
                names[0],
                Set.of(names),
                null,
                Map.of());
        var file = new PeerFile(nodes, Map.of("weather", weather));
        for (String name : names) {
            Map<String, Given> to = new LinkedHashMap<>();
            Map<String, Granted> from = new LinkedHashMap<>();
            for (String other : names) {
                if (other.equals(name)) continue;
                to.put(other, new Given(of(writers, other), admissions.get(name + " " + other)));
                AdmissionSecret granted = Objects.requireNonNull(admissions.get(other + " " + name));
                from.put(other, new Granted(granted, null, other.equals("gateway")));
            }
            var own = new PeerSecrets(
                    name,
                    Objects.requireNonNull(keys.get(name)),
                    reader(readers, name),
                    null,
                    to,
                    from,
                    Map.of("weather", new Given(List.of(station), shared)));
            views.put(name, PeerView.of(file, own));
        }
    }

    private BotToken bot(String name) {
        return BotToken.parse(emulator.world().addBot(name).token());
    }

    private static BotToken reader(Map<String, BotToken> readers, String name) {
        return Objects.requireNonNull(readers.get(name));
    }

    private static List<BotToken> of(Map<String, List<BotToken>> writers, String name) {
        return Objects.requireNonNull(writers.get(name));
    }

    private static List<Long> ids(List<BotToken> bots) {
        return bots.stream().map(BotToken::botId).toList();
    }

    private long channel(String title, List<BotToken> readers, List<BotToken> writers) {
        var admins = new ArrayList<Admin>();
        for (BotToken one : readers) admins.add(new Admin(one.botId(), Set.of()));
        for (BotToken one : writers) admins.add(new Admin(one.botId(), Set.of(Right.POST_MESSAGES)));
        return emulator.world().addChannel(title, null, admins).id();
    }

    Mesh mesh(String name) {
        return closing(Mesh.of(Objects.requireNonNull(views.get(name)), emulator.api()));
    }

    /** A peer that falls silent is asked soon whether its handlers have ended. */
    private static NodeOptions.Links asking(NodeOptions.Links links) {
        var soon = new LinkSender.Options(
                1,
                1_000,
                links.sending().wanted(),
                links.sending().tidy(),
                links.sending().keepMillis(),
                true);
        return new NodeOptions.Links(links.receiving(), soon, links.patience(), links.recalls());
    }

    NodeSetup setup(String name, NodeStore store) {
        return fast(mesh(name).setup(store));
    }

    /** Not held back by the lanes' usual limits. */
    static NodeSetup fast(NodeSetup setup) {
        return setup.withOptions(setup.options()
                .withLanes(new NodeOptions.Sharing(new LaneLimits(1000, 1000), LaneShare.WHOLE))
                .withLinks(asking(setup.options().links())));
    }

    Node node(String name) {
        return closing(new Node(setup(name, new MemoryNodeStore())));
    }

    /** Closed with the scene, before what came earlier. */
    <T extends AutoCloseable> T closing(T one) {
        open.add(one);
        return one;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : open.reversed()) one.close();
        emulator.close();
    }
}
