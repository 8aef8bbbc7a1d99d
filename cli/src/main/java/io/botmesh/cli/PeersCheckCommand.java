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
import io.botmesh.botapi.TransportException;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.Carriers;
import io.botmesh.mesh.LaneId;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerView;
import io.botmesh.mesh.Readiness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh peers check}: whether files, bots and channels go together, and whether posts come. */
@Command(
        name = "check",
        sortOptions = false,
        description = {
            "Check the files, ask the server about bots and channels, and try a post.",
            "Each reader and each lane of the nodes whose secrets are here is asked about. Then a post is made where each of them reads, with tokens of another node whose secrets are here, and has to come, unchanged; it is",
            "deleted again. A node that runs loses a poll by that, and no message.",
            "Exit code 1 if something does not work."
        })
final class PeersCheckCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeersCommand parent;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeerFolder folder;

    @Mixin
    private ServerMixin api = new ServerMixin();

    @Option(names = "--offline", description = "Check the files alone.")
    private boolean offline;

    @Option(names = "--no-post", description = "Ask the server, and post nothing.")
    private boolean noPost;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "" + CarrierProbe.PATIENCE,
            description = "How long a post may take to its reader (default: ${DEFAULT-VALUE}).")
    private int patience = CarrierProbe.PATIENCE;

    @Parameters(
            paramLabel = "NODE",
            arity = "0..*",
            description = "Nodes to check (default: all whose secrets are here).")
    private @Nullable List<String> named;

    /** One thing that was asked of the server. */
    private record Checked(String node, String what, boolean fine, String says) {}

    private final List<Checked> checked = new ArrayList<>();
    private final List<String> notTried = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var terminal = parent.botmesh().terminal();
        if (patience < 1) throw CommandException.wrongUse("--patience takes seconds, at least 1, not " + patience);
        ApiOptions server = api.options();
        PeerFolder.told(terminal, folder::file);
        List<String> nodes = named == null || named.isEmpty() ? folder.nodes() : named;
        if (nodes.isEmpty())
            throw CommandException.wrongUse("no NAME.secrets in " + folder.folder() + "; name the folder by --dir");
        var views = new ArrayList<PeerView>();
        for (String node : nodes) views.add(PeerFolder.told(terminal, () -> folder.view(node)));
        List<PeerSecrets> secrets = views.stream().map(PeerView::secrets).toList();
        for (SecretsCheck.Mistake mistake : SecretsCheck.mistakes(secrets))
            checked.add(new Checked(mistake.node(), mistake.what(), false, mistake.says()));
        if (!offline) {
            try (var transport = new JettyTransport()) {
                Function<BotToken, BotApi> apis = token -> new BotApi(server, token, transport);
                for (PeerView view : views) ask(view, apis);
                if (!noPost) post(views, new CarrierProbe(apis, patience));
            } catch (TransportException | MeshException.Unreachable away) {
                if (away instanceof MeshException.Unreachable nobody && nobody.getCause() instanceof ApiException)
                    throw api.unreachable(nobody);
                throw CommandException.failed(
                        "cannot reach the Bot API at " + server.base() + " (" + away.getMessage()
                                + "); check --api and the network, or take --offline",
                        away);
            }
        }
        return report(views);
    }

    private void ask(PeerView view, Function<BotToken, BotApi> apis) throws InterruptedException {
        if (view.readerToken().isPresent()) {
            BotApi reader = apis.apply(view.readerToken().get());
            // Whether a Bot API is there at all; what it says of the bot comes below.
            var unused = Readiness.ofReader(Carriers.channelReader(reader, null, null));
            for (ChatId chat : read(view)) checked.add(reading(view.name(), reader, chat, keeps(view, chat)));
            if (view.self().medium() == Medium.CHAT) checked.add(known(view.name(), reader));
        }
        for (String peer : view.file().nodes().keySet())
            lanes(view, peer, view.writers(peer, apis).orElse(null));
        for (String topic : view.file().topics().keySet())
            lanes(view, "topic " + topic, view.topicWriters(topic, apis).orElse(null));
    }

    /** Channels in which the reader bot has to be. */
    private static List<ChatId> read(PeerView view) {
        var chats = new ArrayList<ChatId>();
        if (view.self().medium() == Medium.CHANNEL) chats.addAll(view.self().channels());
        for (PeerFile.Topic topic : view.topicsRead()) if (topic.channel() != null) chats.add(topic.channel());
        return chats;
    }

    /** Whether a node keeps the register of a topic there. */
    private static boolean keeps(PeerView view, ChatId chat) {
        return view.file().topics().values().stream()
                .anyMatch(topic -> chat.equals(topic.channel()) && view.name().equals(topic.owner()));
    }

    private static boolean mayPin(ChatMemberAdministrator admin) {
        return Boolean.TRUE.equals(admin.canPostMessages()) && Boolean.TRUE.equals(admin.canEditMessages());
    }

    /** @param keeps whether it also pins there */
    private static Checked reading(String node, BotApi reader, ChatId chat, boolean keeps) throws InterruptedException {
        String bot = "reader " + reader.token().botId();
        String what = bot + " in " + chat;
        try {
            ChatMember member =
                    reader.call(GetChatMember.of(chat, reader.token().botId()));
            boolean in = member instanceof ChatMemberAdministrator || member instanceof ChatMemberOwner;
            if (!in) return new Checked(node, what, false, "it is no administrator there: make it one, without rights");
            boolean pins = !keeps || !(member instanceof ChatMemberAdministrator admin) || mayPin(admin);
            return new Checked(
                    node,
                    what,
                    true,
                    pins ? "" : "it cannot keep the topic's register: that takes the rights to post and to edit");
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

    private void lanes(PeerView view, String to, Carrier.@Nullable Writers writers) throws InterruptedException {
        if (writers == null) return;
        List<LaneId> lanes = writers.lanes();
        for (int lane = 0; lane < lanes.size(); lane++) {
            Carrier.Rights rights = writers.rights(lane);
            checked.add(new Checked(view.name(), "to " + to + ": " + lanes.get(lane), rights.mayPost(), rights.says()));
        }
    }

    /** At once for all of them: a post takes a while, and each has a reader bot of its own. */
    private void post(List<PeerView> views, CarrierProbe probe) throws IOException, InterruptedException {
        List<PeerView> all = CarrierProbe.others(folder, views);
        var probes = new LinkedHashMap<String, Future<Optional<CarrierProbe.Found>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (PeerView view : views)
                if (view.readerToken().isPresent()) probes.put(view.name(), threads.submit(() -> probe.of(view, all)));
        }
        for (var one : probes.entrySet()) {
            CarrierProbe.Found found = found(one.getValue());
            if (found == null) {
                notTried.add(one.getKey());
                continue;
            }
            String other = found.other() == null ? "" : "; " + found.other();
            checked.add(new Checked(one.getKey(), "carrier", found.works(), found.says() + other));
        }
    }

    private static CarrierProbe.@Nullable Found found(Future<Optional<CarrierProbe.Found>> probe)
            throws InterruptedException {
        try {
            return probe.get().orElse(null);
        } catch (ExecutionException broken) {
            throw broken.getCause() instanceof RuntimeException known ? known : new IllegalStateException(broken);
        }
    }

    private int report(List<PeerView> views) {
        var terminal = parent.botmesh().terminal();
        long bad = checked.stream().filter(one -> !one.fine).count();
        if (parent.botmesh().json()) {
            var json = new LinkedHashMap<String, Object>();
            json.put("ok", bad == 0);
            json.put(
                    "checks",
                    checked.stream()
                            .map(one -> Map.of("node", one.node, "what", one.what, "ok", one.fine, "says", one.says))
                            .toList());
            json.put("not_tried", notTried);
            terminal.print(Json.write(json));
        } else {
            for (Checked one : checked)
                terminal.print((one.fine ? "ok    " : "BAD   ") + one.node + "  " + one.what
                        + (one.says.isEmpty() ? "" : "; " + one.says));
            for (String node : notTried)
                terminal.print("-     " + node
                        + "  carrier; not tried: nobody whose secrets are here has tokens that post where it reads");
            if (checked.isEmpty())
                for (PeerView view : views) terminal.print("ok    " + view.name() + "  its files go together");
        }
        if (bad == 0) return ExitCodes.OK;
        terminal.say("botmesh: " + bad + " of " + checked.size() + " do not work");
        return ExitCodes.FAILED;
    }
}
