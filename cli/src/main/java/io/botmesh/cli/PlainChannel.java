package io.botmesh.cli;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.GetChat;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.mesh.Carriers;
import io.botmesh.mesh.MemoryNodeStore;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeOptions.Strangers;
import io.botmesh.mesh.NodeOptions.Waiting;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.Overflow;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Peers;
import io.botmesh.mesh.Protection;
import io.botmesh.mesh.Readiness;
import io.botmesh.store.JdbcNodeStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nodes without peer files: whoever has tokens for a channel sends into it, whoever reads there receives. Nobody knows anybody, so nothing is
 * sealed or answered.
 */
final class PlainChannel {
    /** Tells these packets from others in a channel. */
    private static final String LABEL = "send";

    /** More than a document, so that one is full; the sender's memory holds it. */
    private static final int WAITING_BYTES = 24 << 20;

    private final Terminal terminal;
    private final ServerMixin server;

    PlainChannel(Terminal terminal, ServerMixin server) {
        this.terminal = terminal;
        this.server = server;
    }

    /**
     * A node that sends.
     *
     * @param sender what it calls itself
     */
    NodePlace.Source sender(String sender, ChatId into, List<BotToken> writers, boolean textOnly) {
        return (handlers, use) -> {
            ApiOptions api = server.options();
            try (var transport = new JettyTransport();
                    var store = new MemoryNodeStore()) {
                var ways = Carriers.channelWriters(List.of(into), writers, token -> new BotApi(api, token, transport));
                NodePlace.checkWriters(into.toString(), ways);
                var peer = new Peer(into.toString(), null, null, null, ways.lanes(), ways.capabilities(), false);
                var defaults = NodeOptions.defaults();
                var setup = new NodeSetup(
                                sender,
                                new Protection.Plain(LABEL),
                                Peers.of(List.of(peer)),
                                new NodeSetup.Ends(null, Map.of(peer.name(), ways)),
                                store)
                        .withOptions(defaults.withTextOnly(textOnly)
                                .withOutbox(new Waiting(
                                        WAITING_BYTES,
                                        Overflow.BLOCK,
                                        defaults.outbox().messageBytes())));
                return NodePlace.start(terminal, setup, handlers, use);
            } catch (MeshException.Unreachable nobody) {
                throw server.unreachable(nobody);
            }
        };
    }

    /**
     * A node that receives.
     *
     * @param from    the channel, null for all that the bot is in
     * @param journal its store
     */
    NodePlace.Source receiver(BotToken token, @Nullable ChatId from, Path journal) {
        return (handlers, use) -> {
            ApiOptions api = server.options();
            try (var bot = new BotApi(api, token)) {
                Long channel = from == null ? null : (Long) id(bot, from);
                var reader = Carriers.channelReader(bot, channel, null);
                String deaf = new Reaching(Thread::sleep)
                        .ask(() -> Readiness.ofReader(reader))
                        .orElse(null);
                if (deaf != null) throw CommandException.failed(deaf);
                String name = "reader-" + token.botId();
                var defaults = NodeOptions.defaults();
                try (var store = JdbcNodeStore.open(journal, name)) {
                    var setup = new NodeSetup(
                                    name,
                                    new Protection.Plain(LABEL),
                                    Peers.of(List.of()),
                                    new NodeSetup.Ends(reader, Map.of()),
                                    store)
                            // Everybody is a stranger here, and the disk is what bounds them.
                            .withOptions(defaults.withChannel(channel)
                                    .withStrangers(new Strangers(
                                            defaults.strangers().outboxes(),
                                            defaults.strangers().awake(),
                                            Long.MAX_VALUE / 2)));
                    return NodePlace.start(terminal, setup, handlers, use);
                }
            } catch (MeshException.Unreachable nobody) {
                throw server.unreachable(nobody);
            }
        };
    }

    /** A public channel may get another name at any time; its id stays. */
    private static long id(BotApi bot, ChatId chat) throws InterruptedException {
        if (chat instanceof ChatId.Id(long id)) return id;
        try {
            return bot.call(GetChat.of(chat)).id();
        } catch (ApiException.Rejected refused) {
            throw CommandException.failed(
                    refused.errorCode() == 400
                            ? "there is no channel " + chat + " for this bot (" + refused.description()
                                    + "): check the name, and make the bot an administrator there"
                            : "the server does not know the reader's bot (" + refused.description()
                                    + "): check the token",
                    refused);
        }
    }
}
