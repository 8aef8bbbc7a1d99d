package io.botmesh.cli;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.emulator.Emulator;
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
import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Channel;
import io.botmesh.world.Right;
import io.botmesh.world.Traffic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The demo's mesh: bots and a channel in the server, and the peer files of a reader and of nodes that only write. The nodes hold tokens of
 * writer bots and no way to be answered, as in a quasi-server.
 */
final class DemoMesh {
    static final String READER = "reader";

    private final Emulator emulator;
    private final Path folder;
    private final Channel channel;
    private final List<Shares.LaneShare> lanes;

    private DemoMesh(Emulator emulator, Path folder, Channel channel, List<Shares.LaneShare> lanes) {
        this.emulator = emulator;
        this.folder = folder;
        this.channel = channel;
        this.lanes = List.copyOf(lanes);
    }

    /** Makes all of it; the files go into the folder. */
    static DemoMesh make(Emulator emulator, Path folder, int nodes, int writers) {
        var world = emulator.world();
        BotAccount reader = world.addBot("demo_reader_bot");
        var tokens = new ArrayList<BotToken>();
        var admins = new ArrayList<Admin>();
        admins.add(new Admin(reader.id(), Set.of()));
        for (int i = 1; i <= writers; i++) {
            BotAccount writer = world.addBot("demo_writer_" + i + "_bot");
            tokens.add(BotToken.parse(writer.token()));
            admins.add(new Admin(writer.id(), Set.of(Right.POST_MESSAGES)));
        }
        Channel channel = world.addChannel("Demo", null, admins);
        var lanes = new ArrayList<Shares.LaneShare>();
        for (int i = 0; i < nodes; i++) lanes.add(Shares.lanes(i, nodes, writers));
        var mesh = new DemoMesh(emulator, folder, channel, lanes);
        mesh.write(BotToken.parse(reader.token()), tokens);
        return mesh;
    }

    private void write(BotToken token, List<BotToken> writers) {
        var readers = new KeyFile(Identity.generate(), Keyring.of(ReaderSecret.generate()));
        Map<String, PeerFile.Node> nodes = new LinkedHashMap<>();
        nodes.put(
                READER,
                new PeerFile.Node(
                        READER,
                        readers.identity().key(),
                        readers.keyring().current(),
                        Medium.CHANNEL,
                        List.of(ChatId.of(channel.id())),
                        writers.stream().map(BotToken::botId).toList(),
                        null,
                        false));
        Map<String, Granted> granted = new LinkedHashMap<>();
        for (int i = 0; i < lanes.size(); i++) {
            String name = node(i);
            var keys = new KeyFile(Identity.generate(), Keyring.of(ReaderSecret.generate()));
            nodes.put(
                    name,
                    new PeerFile.Node(
                            name, keys.identity().key(), null, Medium.CHANNEL, List.of(), List.of(), null, false));
            AdmissionSecret admission = AdmissionSecret.generate();
            granted.put(name, new Granted(admission, null));
            var own = lanes.get(i).writers().stream().map(writers::get).toList();
            write(new PeerSecrets(
                    name, keys, null, null, Map.of(READER, new Given(own, admission)), Map.of(), Map.of()));
        }
        write(new PeerSecrets(READER, readers, token, null, Map.of(), granted, Map.of()));
        PeerFolder.create(folder.resolve("mesh.peers"), new PeerFile(nodes, Map.of()).write(), false);
    }

    private void write(PeerSecrets secrets) {
        PeerFolder.create(folder.resolve(secrets.node() + ".secrets"), secrets.write(null), true);
    }

    /** Name of a node, by its number from 0. */
    static String node(int index) {
        return "node-" + (index + 1);
    }

    /** A mesh as one of its processes sees it. */
    static PeerView view(Path folder, String node) {
        return PeerView.read(folder.resolve("mesh.peers"), folder.resolve(node + ".secrets"), () -> {
            throw new IllegalStateException("the demo's keys are under no passphrase");
        });
    }

    /** Which writers a node has, and with how many it shares them. */
    Shares.LaneShare lanes(int index) {
        return lanes.get(index);
    }

    Path folder() {
        return folder;
    }

    String api() {
        return emulator.api().toString();
    }

    /** What stands in the channel. */
    Traffic traffic() {
        return emulator.world().traffic(channel.id());
    }
}
