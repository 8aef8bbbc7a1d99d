package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final Scene scene = new Scene(2, Limits.OFF);

    @AfterEach
    void close() {
        scene.close();
    }

    private BotToken stranger() {
        return BotToken.parse(scene.emulator.world().addBot("stranger_bot").token());
    }

    @Test
    void whoMayReadAndPostIsReady() throws Exception {
        assertThat(Readiness.ofReader(scene.reading())).isEmpty();
        assertThat(Readiness.ofWriters(scene.ways())).isEmpty();
    }

    @Test
    void aReaderOutsideItsChannelSaysSo() throws Exception {
        assertThat(Readiness.ofReader(Carriers.channelReader(scene.api(stranger()), scene.channel, null)))
                .get()
                .asString()
                .contains("administrator");
    }

    @Test
    void aReaderOutsideAPublicChannelSaysSoToo() throws Exception {
        long open = scene.emulator
                .world()
                .addChannel("Open", "open_channel", List.of(Admin.full(scene.reader.botId())))
                .id();
        assertThat(Readiness.ofReader(Carriers.channelReader(scene.api(stranger()), open, null)))
                .get()
                .asString()
                .contains("administrator");
    }

    @Test
    void aWrongTokenIsToldAndNeverPrinted() throws Exception {
        BotToken wrong = BotToken.parse("987654321:FAKE-token-for-tests-only-000000000");
        assertThat(Readiness.ofReader(Carriers.channelReader(scene.api(wrong), scene.channel, null)))
                .get()
                .asString()
                .contains("check the token")
                .doesNotContain("FAKE");
        assertThat(Readiness.ofWriters(
                        Carriers.channelWriters(List.of(ChatId.of(scene.channel)), List.of(wrong), scene::api)))
                .singleElement()
                .asString()
                .contains("token")
                .doesNotContain("FAKE");
    }

    @Test
    void oneWriterThatMayPostIsEnoughAndWithoutAnyEachSaysWhy() throws Exception {
        var channel = List.of(ChatId.of(scene.channel));
        var stranger = stranger();
        assertThat(Readiness.ofWriters(
                        Carriers.channelWriters(channel, List.of(stranger, scene.writers.getFirst()), scene::api)))
                .isEmpty();
        assertThat(Readiness.ofWriters(Carriers.channelWriters(channel, List.of(stranger), scene::api)))
                .singleElement()
                .asString()
                .contains(Long.toString(stranger.botId()), "administrator");
    }

    @Test
    void aServerThatIsAwayIsToldOfAsSuch() {
        var reader = scene.reading();
        var writers = scene.ways();
        scene.emulator.close();
        assertThatThrownBy(() -> Readiness.ofReader(reader)).isInstanceOf(MeshException.Unreachable.class);
        assertThatThrownBy(() -> Readiness.ofWriters(writers)).isInstanceOf(MeshException.Unreachable.class);
    }
}
