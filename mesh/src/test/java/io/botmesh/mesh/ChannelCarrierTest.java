package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.mesh.Outcome.Scope;
import io.botmesh.wire.PacketHeader;
import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChannelCarrierTest extends ChatCarrierContract {
    @Override
    Carrier.Writers writers(Scene scene) {
        return scene.ways();
    }

    @Override
    Carrier.Reader reader(Scene scene, ChatId scratch) {
        scene.emulator.world().chats().promote(scene.channel, Admin.full(scene.reader.botId()));
        return Carriers.channelReader(scene.api(scene.reader), scene.channel, scratch);
    }

    @Override
    Optional<Carrier.Board> board(boolean writes) {
        BotToken bot = writes ? scene.reader : scene.writers.getFirst();
        return Optional.of(Carriers.channelBoard(ChatId.of(scene.channel), bot, scene::api));
    }

    @Test
    void aBotThatMayNotPinSaysWhichRightsItNeeds() throws Exception {
        assertThat(board(false).orElseThrow().pin(PacketHeader.plain(1, 2, 3).toBytes(), false))
                .isInstanceOfSatisfying(
                        Outcome.Barred.class,
                        barred -> assertThat(barred.why()).contains("may not pin", "edit messages"));
    }

    @Test
    void whatIsWrongWithAPacketIsToldFromWhatIsWrongWithALaneOrAWriter() throws Exception {
        var stranger = scene.emulator.world().addBot("stranger_bot");
        BotToken wrong = BotToken.parse("987654321:FAKE-token-for-tests-only-000000000");
        var mixed = Carriers.channelWriters(
                List.of(ChatId.of(scene.channel)),
                List.of(scene.writers.getFirst(), BotToken.parse(stranger.token()), wrong),
                scene::api);
        byte[] packet = PacketHeader.plain(1, 2, 3).toBytes();
        assertThat(mixed.post(0, new byte[9_000], false)).isInstanceOf(Outcome.Refused.class);
        assertThat(mixed.post(0, packet, false)).isInstanceOf(Outcome.Posted.class);
        assertThat(mixed.post(1, packet, false)).isInstanceOfSatisfying(Outcome.Barred.class, barred -> {
            assertThat(barred.scope()).isEqualTo(Scope.LANE);
            assertThat(barred.why()).contains(Long.toString(stranger.id()), "administrator");
        });
        assertThat(mixed.post(2, packet, false)).isInstanceOfSatisfying(Outcome.Barred.class, barred -> {
            assertThat(barred.scope()).isEqualTo(Scope.WRITER);
            assertThat(barred.why()).contains("token").doesNotContain("FAKE");
        });
    }

    @Test
    void aWriterThatMayNoLongerPostIsBarredThereAlone() throws Exception {
        scene.emulator
                .world()
                .chats()
                .promote(scene.channel, Admin.of(scene.writers.get(1).botId()));
        assertThat(writers().post(1, PacketHeader.plain(1, 2, 3).toBytes(), false))
                .isInstanceOfSatisfying(Outcome.Barred.class, barred -> {
                    assertThat(barred.scope()).isEqualTo(Scope.LANE);
                    assertThat(barred.why()).contains("right to post");
                });
    }

    /** Whoever chooses between text and document may be wrong: nothing is sent that its reader could not fetch. */
    @Test
    void aDocumentToAReaderOfTextIsRefusedBeforeItIsSent() throws Exception {
        var toText = new ChatWriters(
                Carriers.channel(false).withoutDocuments(),
                List.of(ChatId.of(scene.channel)),
                scene.writers,
                scene::api);
        byte[] packet = PacketHeader.plain(1, 2, 3).toBytes();
        long before = pending();
        assertThatThrownBy(() -> toText.post(0, packet, true)).isInstanceOf(IllegalArgumentException.class);
        assertThat(pending()).isEqualTo(before);
        assertThat(toText.post(0, packet, false)).isInstanceOf(Outcome.Posted.class);
        assertThat(pending()).isEqualTo(before + 1);
    }

    /** Updates of the reader that nobody has fetched. */
    private long pending() throws InterruptedException {
        return scene.api(scene.reader).call(new GetWebhookInfo()).pendingUpdateCount();
    }

    @Test
    void aFloodWaitSaysHowLong() throws Exception {
        scene.emulator.world().limits(Limits.PAPER);
        byte[] packet = PacketHeader.plain(1, 2, 3).toBytes();
        Outcome last = writers().post(0, packet, false);
        for (int i = 0; i < 10 && last instanceof Outcome.Posted; i++)
            last = writers().post(0, packet, false);
        assertThat(last)
                .isInstanceOfSatisfying(
                        Outcome.FloodWait.class,
                        wait -> assertThat(wait.retryAfter()).isPositive());
    }
}
