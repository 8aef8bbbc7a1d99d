package io.botmesh.mesh;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.botapi.Transport;
import io.botmesh.botapi.TransportOptions;
import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Limits;
import io.botmesh.world.Right;
import io.botmesh.world.WorldOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A server, a reader bot, some writers, and the channel where they meet. */
final class Scene implements AutoCloseable {
    final Emulator emulator;
    final Transport transport = new JettyTransport(TransportOptions.defaults());
    final BotToken reader;
    final List<BotToken> writers = new ArrayList<>();
    final long channel;

    private final boolean owner;

    Scene(int writers, Limits limits) {
        this(writers, WorldOptions.defaults().withLimits(limits));
    }

    Scene(int writers, WorldOptions options) {
        this(Emulator.start(EmulatorOptions.defaults().withWorld(options)), true, writers);
    }

    /** Another channel with bots of its own on the same server. */
    Scene(Scene other, int writers) {
        this(other.emulator, false, writers);
    }

    private Scene(Emulator emulator, boolean owner, int writers) {
        this.emulator = emulator;
        this.owner = owner;
        BotAccount account = emulator.world().addBot("reader" + Integer.toHexString(hashCode()) + "_bot");
        reader = BotToken.parse(account.token());
        List<Admin> admins = new ArrayList<>();
        admins.add(new Admin(account.id(), Set.of()));
        for (int i = 0; i < writers; i++) {
            BotAccount writer = emulator.world().addBot("writer" + i + Integer.toHexString(hashCode()) + "_bot");
            this.writers.add(BotToken.parse(writer.token()));
            admins.add(new Admin(writer.id(), Set.of(Right.POST_MESSAGES)));
        }
        channel = emulator.world().addChannel("Quasi", null, admins).id();
    }

    BotApi api(BotToken token) {
        return new BotApi(ApiOptions.defaults().withBase(emulator.api()), token, transport);
    }

    /** Whether all bots here have Bot-to-Bot mode. */
    void talkWithBots(boolean on) {
        emulator.world().botSettings().botToBot(reader.botId(), on);
        for (BotToken writer : writers) emulator.world().botSettings().botToBot(writer.botId(), on);
    }

    /** All writers into the channel. */
    Carrier.Writers ways() {
        return Carriers.channelWriters(List.of(ChatId.of(channel)), writers, this::api);
    }

    /** The reader bot in the channel. */
    Carrier.Reader reading() {
        return Carriers.channelReader(api(reader), channel, null);
    }

    /** Until the reader has confirmed all that is in the channel: the server keeps the rest for its next process. */
    void awaitRead() throws InterruptedException {
        while (api(reader).call(new GetWebhookInfo()).pendingUpdateCount() > 0) Thread.onSpinWait();
    }

    @Override
    public void close() {
        transport.close();
        if (owner) emulator.close();
    }
}
