package io.botmesh.cli;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.ChatMember;
import io.botmesh.botapi.ChatMemberAdministrator;
import io.botmesh.botapi.ChatMemberOwner;
import io.botmesh.botapi.GetChatMember;
import io.botmesh.botapi.GetMe;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.botapi.Transport;
import io.botmesh.botapi.TransportException;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.LaneId;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerFile.Node;
import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerView;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh peers}: the files that say who is who in a mesh. */
@Command(
        name = "peers",
        description = {
            "Make and check the files that say who is who in a mesh:",
            "mesh.peers, which everybody has, and NAME.secrets, which its node alone has."
        },
        subcommands = PeersInitCommand.class)
final class PeersCommand {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    Botmesh botmesh() {
        return botmesh;
    }

    @Command(name = "show", description = "Show who is in the mesh, where each reads, and who may write to it.")
    int show(@Mixin PeerFolder folder) {
        PeerFile file = mistakes(folder::file);
        if (botmesh.json()) {
            botmesh.terminal()
                    .print(Json.write(Map.of(
                            "nodes",
                                    file.nodes().values().stream()
                                            .map(PeersCommand::row)
                                            .toList(),
                            "topics",
                                    file.topics().values().stream()
                                            .map(PeersCommand::row)
                                            .toList())));
            return ExitCodes.OK;
        }
        for (Node node : file.nodes().values()) {
            String reads = node.reader() == null
                    ? "only writes"
                    : (node.medium() == Medium.CHAT ? "is written to at " : "reads ") + joined(node.channels());
            String from = node.reader() == null
                    ? ""
                    : ", from " + (node.from() == null ? "everybody" : joined(sorted(node.from())));
            botmesh.terminal().print(node.name() + "  " + reads + from);
        }
        for (PeerFile.Topic topic : file.topics().values())
            botmesh.terminal()
                    .print(topic.name() + "  " + topic.subject() + " in " + topic.channel() + ", read by "
                            + joined(sorted(topic.members())) + ", from "
                            + (topic.from() == null ? "everybody" : joined(sorted(topic.from())))
                            + topic.queues().entrySet().stream()
                                    .map(queue ->
                                            ", queue " + queue.getKey() + " of " + joined(sorted(queue.getValue())))
                                    .collect(Collectors.joining()));
        return ExitCodes.OK;
    }

    private static Map<String, Object> row(Node node) {
        var row = new LinkedHashMap<String, Object>();
        row.put("name", node.name());
        if (node.key() != null) row.put("key", node.key().toString());
        if (node.reader() != null) {
            row.put("reader", node.reader().toString());
            row.put("carrier", node.medium() == Medium.CHAT ? "chat" : "channel");
            row.put("channels", texts(node.channels()));
            row.put("writers", node.writers());
            if (node.from() != null) row.put("from", sorted(node.from()));
        }
        row.put("text_only", node.textOnly());
        return row;
    }

    private static Map<String, Object> row(PeerFile.Topic topic) {
        var row = new LinkedHashMap<String, Object>();
        row.put("name", topic.name());
        row.put("subject", topic.subject());
        row.put("channel", String.valueOf(topic.channel()));
        row.put("writers", topic.writers());
        row.put("group", topic.group().toString());
        if (topic.owner() != null) row.put("owner", topic.owner());
        row.put("members", sorted(topic.members()));
        if (topic.from() != null) row.put("from", sorted(topic.from()));
        var queues = new LinkedHashMap<String, Object>();
        topic.queues().forEach((queue, members) -> queues.put(queue, sorted(members)));
        row.put("queues", queues);
        return row;
    }

    private static List<String> texts(List<ChatId> chats) {
        return chats.stream().map(ChatId::toString).toList();
    }

    private static List<String> sorted(Collection<String> names) {
        return names.stream().sorted().toList();
    }

    private static String joined(List<?> all) {
        return all.isEmpty() ? "nobody" : all.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    /** Reads files whose mistakes get a line each; the last one is the command's own. */
    record Reading(Terminal terminal) {
        <T> T read(Supplier<T> reading) {
            try {
                return reading.get();
            } catch (MeshException.PeerMistakes wrong) {
                List<String> lines = wrong.mistakes();
                for (String line : lines.subList(0, lines.size() - 1)) terminal.say("botmesh: " + line);
                throw CommandException.wrongUse(lines.getLast(), wrong);
            }
        }
    }

    private <T> T mistakes(Supplier<T> reading) {
        return new Reading(botmesh.terminal()).read(reading);
    }

    /** One thing that was asked of the server. */
    private record Checked(String node, String what, boolean fine, String says) {}

    @Command(
            name = "check",
            description = {
                "Check the files, and ask the server about each reader and each lane of the nodes whose secrets are here.",
                "Exit code 1 if something does not work."
            })
    int check(
            @Mixin PeerFolder folder,
            @Mixin ServerMixin api,
            @Option(names = "--offline", description = "Check the files alone.") boolean offline,
            @Parameters(
                            paramLabel = "NODE",
                            arity = "0..*",
                            description = "Nodes to check (default: all whose secrets are here).")
                    @Nullable
                    List<String> named)
            throws IOException, InterruptedException {
        ApiOptions server = api.options();
        mistakes(folder::file);
        List<String> nodes = named == null || named.isEmpty() ? folder.nodes() : named;
        if (nodes.isEmpty())
            throw CommandException.wrongUse("no NAME.secrets in " + folder.folder() + "; name the folder by --dir");
        var views = new ArrayList<PeerView>();
        for (String node : nodes) views.add(mistakes(() -> folder.view(node)));
        var checked = new ArrayList<Checked>();
        if (!offline) {
            try (var transport = new JettyTransport()) {
                for (PeerView view : views)
                    ask(view, token -> new BotApi(server, token, (Transport) transport), checked);
            } catch (TransportException away) {
                throw CommandException.failed(
                        "cannot reach the Bot API at " + server.base() + " (" + away.getMessage()
                                + "); check --api and the network, or take --offline",
                        away);
            }
        }
        return report(views, checked);
    }

    private static void ask(PeerView view, Function<BotToken, BotApi> apis, List<Checked> checked)
            throws InterruptedException {
        if (view.readerToken().isPresent()) {
            BotApi reader = apis.apply(view.readerToken().get());
            for (ChatId chat : read(view)) checked.add(reading(view.name(), reader, chat));
            if (view.self().medium() == Medium.CHAT) checked.add(known(view.name(), reader));
        }
        for (String peer : view.file().nodes().keySet())
            lanes(view, peer, view.writers(peer, apis).orElse(null), checked);
        for (String topic : view.file().topics().keySet())
            lanes(view, "topic " + topic, view.topicWriters(topic, apis).orElse(null), checked);
    }

    /** Channels in which the reader bot has to be. */
    private static List<ChatId> read(PeerView view) {
        var chats = new ArrayList<ChatId>();
        if (view.self().medium() == Medium.CHANNEL) chats.addAll(view.self().channels());
        for (PeerFile.Topic topic : view.topicsRead()) if (topic.channel() != null) chats.add(topic.channel());
        return chats;
    }

    private static Checked reading(String node, BotApi reader, ChatId chat) throws InterruptedException {
        String bot = "reader " + reader.token().botId();
        String what = bot + " in " + chat;
        try {
            ChatMember member =
                    reader.call(GetChatMember.of(chat, reader.token().botId()));
            boolean in = member instanceof ChatMemberAdministrator || member instanceof ChatMemberOwner;
            return new Checked(node, what, in, in ? "" : "it is no administrator there: make it one, without rights");
        } catch (ApiException refused) {
            return new Checked(
                    node,
                    what,
                    false,
                    refusal(refused) + ": check the token and the channel, and make the bot an administrator there");
        }
    }

    private static Checked known(String node, BotApi reader) throws InterruptedException {
        String what = "reader " + reader.token().botId();
        try {
            reader.call(GetMe.of());
            return new Checked(node, what, true, "");
        } catch (ApiException refused) {
            return new Checked(node, what, false, refusal(refused) + ": check its token");
        }
    }

    private static String refusal(ApiException refused) {
        return String.valueOf(refused.description());
    }

    private static void lanes(PeerView view, String to, Carrier.@Nullable Writers writers, List<Checked> checked)
            throws InterruptedException {
        if (writers == null) return;
        List<LaneId> lanes = writers.lanes();
        for (int lane = 0; lane < lanes.size(); lane++) {
            Carrier.Rights rights = writers.rights(lane);
            checked.add(new Checked(view.name(), "to " + to + ": " + lanes.get(lane), rights.mayPost(), rights.says()));
        }
    }

    private int report(List<PeerView> views, List<Checked> checked) {
        long bad = checked.stream().filter(one -> !one.fine).count();
        if (botmesh.json()) {
            var rows = checked.stream()
                    .map(one -> Map.of("node", one.node, "what", one.what, "ok", one.fine, "says", one.says))
                    .toList();
            botmesh.terminal().print(Json.write(Map.of("ok", bad == 0, "checks", rows)));
        } else {
            for (Checked one : checked)
                botmesh.terminal()
                        .print((one.fine ? "ok    " : "BAD   ") + one.node + "  " + one.what
                                + (one.says.isEmpty() ? "" : "; " + one.says));
            if (checked.isEmpty())
                for (PeerView view : views)
                    botmesh.terminal().print("ok    " + view.name() + "  its files go together");
        }
        if (bad == 0) return ExitCodes.OK;
        botmesh.terminal().say("botmesh: " + bad + " of " + checked.size() + " do not work");
        return ExitCodes.FAILED;
    }

    @Command(
            name = "rotate",
            description = {
                "Give a node a new reader's key; the old one still opens for 48 hours.",
                "Give the changed mesh.peers to all nodes, and start them again, within that time."
            })
    int rotate(
            @Mixin PeerFolder folder,
            @Parameters(paramLabel = "NODE", description = "Whose secrets are here.") String node)
            throws IOException {
        PeerView view = mistakes(() -> folder.view(node));
        PeerSecrets own = mistakes(() -> folder.own(node));
        if (view.self().reader() == null)
            throw CommandException.wrongUse(node + " only writes, so it has no reader's key to change");
        Instant now = Instant.now();
        Keyring ring = own.keys().keyring().expired(now).rotated(ReaderSecret.generate(), now, Keyring.LIFE);
        var keys = new KeyFile(own.keys().identity(), ring);
        String secrets = Files.readString(folder.secrets(node));
        char[] passphrase = PeerSecrets.isLocked(secrets) ? folder.givenPassphrase() : null;
        // The secret first: with the new public key alone nobody could open what is sealed to it.
        PeerFolder.replace(folder.secrets(node), PeerSecrets.withKeys(secrets, keys, passphrase), true);
        PeerFolder.replace(
                folder.peers(), PeerFile.withReader(Files.readString(folder.peers()), node, ring.current()), false);
        Instant until = now.plus(Keyring.LIFE);
        if (botmesh.json())
            botmesh.terminal()
                    .print(Json.write(
                            Map.of("node", node, "reader", ring.current().toString(), "old_until", until.toString())));
        else
            botmesh.terminal()
                    .print(node + " has a new reader's key; give " + folder.peers() + " to all nodes before " + until);
        return ExitCodes.OK;
    }
}
