package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ChatId;
import io.botmesh.wire.PacketHeader;
import org.junit.jupiter.api.Test;

class PrivateCarrierTest extends ChatCarrierContract {
    @Override
    Carrier.Writers writers(Scene scene) {
        return Carriers.privateWriters(ChatId.of(scene.reader.botId()), scene.writers, scene::api);
    }

    @Override
    Carrier.Reader reader(Scene scene, ChatId scratch) {
        scene.talkWithBots(true);
        return Carriers.privateReader(scene.api(scene.reader), scratch);
    }

    @Test
    void withoutBotToBotModeTheLaneSaysWhatToSwitchOn() throws Exception {
        scene.emulator.world().botSettings().botToBot(scene.reader.botId(), false);
        assertThat(writers().post(0, PacketHeader.plain(1, 2, 3).toBytes(), false))
                .isInstanceOfSatisfying(
                        Outcome.Barred.class, barred -> assertThat(barred.why()).contains("Bot-to-Bot mode"));
    }
}
