package io.botmesh.cli;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.GetMe;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerView;
import io.botmesh.mesh.SelfTest;
import io.botmesh.mesh.SelfTest.Candidate;
import io.botmesh.mesh.SelfTest.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Posts where a node reads, with tokens of others whose secrets are in the same folder, and says which carrier works and why. */
final class CarrierProbe {
    /** How long a post may take to its reader, in seconds. */
    static final int PATIENCE = 10;

    private final Function<BotToken, BotApi> apis;
    private final Duration patience;

    /**
     * With some bots.
     *
     * @param apis     makes the client for one
     * @param patience seconds that a post may take, at least 1
     */
    CarrierProbe(Function<BotToken, BotApi> apis, int patience) {
        this.apis = apis;
        this.patience = Duration.ofSeconds(patience);
    }

    /**
     * What was found.
     *
     * @param works whether posts come where the node reads
     * @param says  a line on the carrier of the peer file
     * @param other a line on another one, null if none was tried
     */
    record Found(boolean works, String says, @Nullable String other) {}

    /**
     * Posts where a node reads.
     *
     * @param others nodes whose tokens may be used
     * @return nothing if the node does not read, or nobody's tokens are here
     * @throws MeshException.Unreachable if the server does not answer
     */
    Optional<Found> of(PeerView reader, List<PeerView> others) throws InterruptedException {
        BotToken token = reader.readerToken().orElse(null);
        if (token == null) return Optional.empty();
        var bot = apis.apply(token);
        for (PeerView other : others) {
            Carrier.Writers writers = other.writers(reader.name(), apis).orElse(null);
            if (writers != null) return Optional.of(of(reader, bot, writers, other));
        }
        for (PeerFile.Topic topic : reader.topicsRead()) {
            Carrier.Writers writers = reader.topicWriters(topic.name(), apis).orElse(null);
            if (writers != null) return Optional.of(found(test(writers, reader.reader(bot)), null));
        }
        return Optional.empty();
    }

    private Found of(PeerView reader, BotApi bot, Carrier.Writers writers, PeerView other) throws InterruptedException {
        Verdict first = test(writers, reader.reader(bot));
        if (first.works() || reader.self().medium() != Medium.CHANNEL) return found(first, null);
        ChatId chat;
        try {
            chat = ChatId.of("@" + bot.call(GetMe.of()).username());
        } catch (ApiException unknown) {
            return found(first, null); // which the first line tells
        }
        Carrier.Writers betweenBots =
                other.writersToBot(reader.name(), chat, apis).orElseThrow();
        Verdict second = test(betweenBots, reader.readerBetweenBots(bot));
        String what = second.works()
                ? "; put 'carrier chat' and 'channel " + chat + "' below [node " + reader.name() + "] in mesh.peers"
                : "";
        return found(first, second.says() + what);
    }

    private Verdict test(Carrier.Writers writers, Carrier.Reader reader) throws InterruptedException {
        return SelfTest.of(new Candidate(writers, reader), patience);
    }

    private static Found found(Verdict verdict, @Nullable String other) {
        return new Found(verdict.works(), verdict.says(), other);
    }

    /**
     * Says which carrier a node reads from, and why.
     *
     * @throws CommandException if it does not work, or nobody's tokens are here
     */
    void require(Terminal terminal, PeerFolder folder, PeerView view) throws IOException, InterruptedException {
        Found found = of(view, others(folder, List.of(view)))
                .orElseThrow(() -> CommandException.wrongUse(
                        "--self-test posts with the tokens of a node that writes to " + view.name()
                                + ", and no such secrets are in " + folder.folder()
                                + ": leave it out, or run botmesh peers check where they are"));
        if (found.other != null) terminal.say("botmesh: " + view.name() + ": " + found.other);
        if (!found.works) throw CommandException.failed(view.name() + ": " + found.says);
        terminal.say("botmesh: " + view.name() + ": " + found.says);
    }

    /** All nodes whose secrets are in a folder and can be read, those that are read already first. */
    static List<PeerView> others(PeerFolder folder, List<PeerView> known) throws IOException {
        var all = new ArrayList<>(known);
        var names = known.stream().map(PeerView::name).toList();
        for (String node : folder.nodes()) {
            if (names.contains(node)) continue;
            try {
                all.add(folder.view(node));
            } catch (MeshException.PeerMistakes notOurs) {
                // Somebody else's, perhaps: their mistakes are nobody's business here.
            }
        }
        return all;
    }
}
