package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.DeleteMessages;
import io.botmesh.botapi.EditMessageText;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.LeaveChat;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.seal.PlainEnvelope;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.Piece;
import io.botmesh.world.Limits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Somebody holds the token of a writer of bert's channel, as anna does, and means ill: what he can do, and what comes of it. Rows of
 * the table in docs/security.md.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HostileTest {
    private final Scene annasScene = new Scene(2, Limits.OFF);
    private final Scene bertsScene = new Scene(annasScene, 3);
    private final NodeSide anna = new NodeSide("anna", annasScene);
    private final NodeSide bert = new NodeSide("bert", bertsScene);
    private final ChatId channel = ChatId.of(bertsScene.channel);
    private final BotToken token = bertsScene.writers.getLast();
    private final BotApi stolen = bertsScene.api(token);
    private long offset;
    private final BlockingQueue<NodeEvent> events = new LinkedBlockingQueue<>();
    private final Node sender = anna.node(bert).onEvent(events::add);
    private final Node receiver = bert.node(anna).handle(">", bert.got::add).onEvent(events::add);

    @BeforeEach
    void start() {
        sender.start();
        receiver.start();
    }

    @AfterEach
    void close() {
        sender.close();
        receiver.close();
        bertsScene.close();
        annasScene.close();
    }

    private String post(SendMessage message) throws InterruptedException {
        return String.valueOf(stolen.call(message).text());
    }

    /** What the thief's bot gets of what others post, once there is any. */
    private List<Message> seen() throws InterruptedException {
        while (true) {
            List<RawUpdate> updates =
                    stolen.getUpdates(GetUpdates.of().withOffset(offset).withTimeout(10L), Duration.ofSeconds(20));
            for (RawUpdate update : updates) offset = update.updateId() + 1;
            List<Message> posts = updates.stream()
                    .map(update -> update.decode().channelPost())
                    .filter(post -> post != null)
                    .toList();
            if (!posts.isEmpty()) return posts;
        }
    }

    private long refused(String reason) throws Exception {
        return receiver.statistics().get().refusals().getOrDefault(reason, 0L);
    }

    /** What anna sends from now on still arrives. */
    private void stillWorks() throws Exception {
        sender.link("bert").send("s", "the next one");
        assertThat(bert.got.take().text()).isEqualTo("the next one");
        assertThat(bert.got).isEmpty();
    }

    @Test
    void whoReadsSeesSealedBytes() throws Exception {
        for (int i = 0; i < 6; i++) sender.link("bert").stream("s" + i).send("secret.subject", "the secret is " + i);
        for (int i = 0; i < 6; i++) bert.got.take();
        List<Message> posts = seen(); // of the other writers
        assertThat(posts).isNotEmpty().allSatisfy(post -> {
            byte[] bytes = Armour.decode(String.valueOf(post.text()));
            assertThat(Packet.parse(bytes).header().sealed()).isTrue();
            assertThat(new String(bytes, UTF_8)).doesNotContain("secret", "anna");
        });
    }

    @Test
    void copiesAreDroppedAndCounted() throws Exception {
        sender.link("bert").send("s", "original");
        assertThat(bert.got.take().text()).isEqualTo("original");
        String text = String.valueOf(seen().getFirst().text());
        for (int i = 0; i < 3; i++) post(SendMessage.of(channel, text));
        stillWorks();
        assertThat(receiver.statistics().get().refusals()).containsEntry("REPLAYED", 3L);
    }

    @Test
    void garbageAndForgeriesAreDroppedAndCounted() throws Exception {
        post(SendMessage.of(channel, "hello, I am a person"));
        post(SendMessage.of(channel, Armour.BASE32768.encode(new byte[] {1, 2, 3})));
        var forged = new byte[600];
        forged[0] = 1; // version
        forged[1] = 1; // sealed
        System.arraycopy(idOf(bert), 0, forged, 2, 4);
        for (int i = 0; i < 30; i++) {
            forged[100] = (byte) i;
            post(SendMessage.of(channel, Armour.BASE32768.encode(forged)));
        }
        stillWorks();
        // Strangers share ten packets at once; what is beyond is not even opened.
        assertThat(refused("SEAL_BROKEN")).isBetween(1L, 12L);
        assertThat(refused("QUOTA_STRANGERS")).isGreaterThanOrEqualTo(18);
    }

    private static byte[] idOf(NodeSide side) {
        return ByteBuffer.allocate(4).putInt(side.reader.key().id()).array();
    }

    @Test
    void whoDeletesPostsTakesNothingFromALiveReader() throws Exception {
        receiver.close();
        for (int i = 0; i < 6; i++) {
            sender.link("bert").send("s", "message " + i).posted().get();
        }
        for (long id = 1; id < 12; id++) {
            try {
                stolen.call(DeleteMessages.of(channel, List.of(id)));
            } catch (ApiException.Rejected notHis) {
                assertThat(notHis.description()).contains("can't be deleted");
            }
        }
        try (Node again = bert.node(anna).handle(">", bert.got::add).start()) {
            assertThat(again.name()).isEqualTo("bert");
            for (int i = 0; i < 6; i++) assertThat(bert.got.take().text()).isEqualTo("message " + i);
        }
    }

    @Test
    void whoHasOnlyTheRightToPostEditsNothingOfOthers() throws Exception {
        sender.link("bert").send("s", "x").posted().get();
        bert.got.take();
        for (long id = 1; id < 4; id++) {
            long message = id;
            try {
                stolen.call(EditMessageText.of()
                        .withChatId(channel)
                        .withMessageId(message)
                        .withText("changed"));
            } catch (ApiException.Rejected refused) {
                assertThat(refused.description()).isNotEmpty();
            }
        }
        stillWorks(); // live readers do not even ask for edits
    }

    @Test
    void aWriterThatLeavesIsADeadLaneAndTheOthersGoOn() throws Exception {
        stolen.call(LeaveChat.of(channel));
        for (int i = 0; i < 12; i++) {
            sender.link("bert").send("s", "message " + i);
            assertThat(bert.got.take().text()).isEqualTo("message " + i);
        }
        List<LaneStatistics> lanes = sender.statistics().get().lanes().get("bert");
        assertThat(lanes)
                .filteredOn(lane -> lane.state() == LaneStatistics.State.DEAD)
                .hasSize(1)
                .allSatisfy(lane -> {
                    assertThat(lane.lane().writer()).isEqualTo(token.botId());
                    assertThat(lane.why()).contains("administrator");
                });
    }

    @Test
    void aPlainPacketIsNotReadWhereSealedOnesAre() throws Exception {
        var plain = new PlainEnvelope("anna", PacketHeader.labelId(""));
        byte[] content = new Content("anna", List.of(new Data(0, 0, List.of(Piece.whole("s", List.of(), new byte[] {1
                })))))
                .toBytes();
        post(SendMessage.of(channel, Armour.BASE32768.encode(plain.wrap(plain.header(5, 0), content))));
        stillWorks();
        assertThat(refused("NOT_SEALED")).isEqualTo(1);
        assertThatThrownBy(() -> sender.link("nobody").send("s", "x")).hasMessage("there is no peer nobody");
    }
}
