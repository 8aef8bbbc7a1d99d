package io.botmesh.bench;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.JettyTransport;
import io.botmesh.emulator.Emulator;
import io.botmesh.world.Admin;
import io.botmesh.world.Right;
import java.util.List;
import java.util.Set;

/** A channel with a writer and a reader. */
final class Place {
    final JettyTransport transport;
    final ApiOptions options;
    final BotToken writer;
    final BotToken reader;
    final long channel;

    Place(Emulator emulator, JettyTransport transport, String name) {
        this.transport = transport;
        options = ApiOptions.defaults().withBase(emulator.api());
        var read = emulator.world().addBot(name + "_reader_bot");
        var write = emulator.world().addBot(name + "_writer_bot");
        reader = BotToken.parse(read.token());
        writer = BotToken.parse(write.token());
        channel = emulator.world()
                .addChannel(
                        name,
                        null,
                        List.of(new Admin(read.id(), Set.of()), new Admin(write.id(), Set.of(Right.POST_MESSAGES))))
                .id();
    }

    BotApi api(BotToken token) {
        return new BotApi(options, token, transport);
    }
}
