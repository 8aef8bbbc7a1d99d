package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ChatId;
import io.botmesh.wire.PacketHeader;
import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrivateCarrierTest extends CarrierContract {
    private final Scene scene = new Scene(2, Limits.OFF);
    private final Carrier.Writers writers =
            Carriers.privateWriters(ChatId.of(scene.reader.botId()), scene.writers, scene::api);
    private final Carrier.Reader reader;

    PrivateCarrierTest() {
        scene.talkWithBots(true);
        long scratch = scene.emulator
                .world()
                .addChannel("Scratch", null, List.of(Admin.full(scene.reader.botId())))
                .id();
        reader = Carriers.privateReader(scene.api(scene.reader), ChatId.of(scratch));
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Override
    Carrier.Writers writers() {
        return writers;
    }

    @Override
    Carrier.Reader reader() {
        return reader;
    }

    @Test
    void withoutBotToBotModeTheLaneSaysWhatToSwitchOn() throws Exception {
        scene.emulator.world().botSettings().botToBot(scene.reader.botId(), false);
        assertThat(writers.post(0, PacketHeader.plain(1, 2, 3).toBytes(), false))
                .isInstanceOfSatisfying(
                        Outcome.Barred.class, barred -> assertThat(barred.why()).contains("Bot-to-Bot mode"));
    }
}
