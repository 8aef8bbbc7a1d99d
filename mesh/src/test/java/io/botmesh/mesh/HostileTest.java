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
import io.botmesh.botapi.ForwardMessage;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.LeaveChat;
import io.botmesh.botapi.LogOut;
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
import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import io.botmesh.world.Right;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
        Message first = posts.getFirst(); // old ones by their place, which gives nothing else
        Message old = stolen.call(ForwardMessage.of(channel, channel, first.messageId()));
        assertThat(old.text()).isEqualTo(first.text());
    }

    /** In the same channel or in another one where the reader is. */
    @Test
    void copiesAreDroppedAndCounted() throws Exception {
        var admins = List.of(
                new Admin(bertsScene.reader.botId(), Set.of()), new Admin(token.botId(), Set.of(Right.POST_MESSAGES)));
        long elsewhere = bertsScene
                .emulator
                .world()
                .addChannel("Elsewhere", null, admins)
                .id();
        sender.link("bert").send("s", "original");
        assertThat(bert.got.take().text()).isEqualTo("original");
        String text = String.valueOf(seen().getFirst().text());
        for (int i = 0; i < 3; i++) post(SendMessage.of(channel, text));
        for (int i = 0; i < 2; i++) post(SendMessage.of(elsewhere, text));
        stillWorks();
        assertThat(receiver.statistics().get().refusals()).containsEntry("REPLAYED", 5L);
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

    /** Though somebody gave it more than the right to post. */
    @Test
    void whoDeletesPostsTakesNothingFromALiveReader() throws Exception {
        var rights = Admin.of(token.botId(), Right.POST_MESSAGES, Right.DELETE_MESSAGES);
        bertsScene.emulator.world().chats().promote(bertsScene.channel, rights);
        receiver.close();
        for (int i = 0; i < 6; i++) {
            sender.link("bert").send("s", "message " + i).posted().get();
        }
        List<Message> posts = seen();
        assertThat(posts).isNotEmpty();
        for (Message post : posts) assertThat(delete(post)).isTrue();
        try (Node again = bert.node(anna).handle(">", bert.got::add).start()) {
            assertThat(again.name()).isEqualTo("bert");
            for (int i = 0; i < 6; i++) assertThat(bert.got.take().text()).isEqualTo("message " + i);
        }
    }

    private boolean delete(Message post) throws InterruptedException {
        return stolen.call(DeleteMessages.of(channel, List.of(post.messageId())));
    }

    @Test
    void whoHasOnlyTheRightToPostEditsAndDeletesNothingOfOthers() throws Exception {
        for (int i = 0; i < 6; i++) sender.link("bert").stream("s" + i).send("s", "x");
        for (int i = 0; i < 6; i++) bert.got.take();
        List<Message> posts = seen(); // of the other writers
        assertThat(posts).isNotEmpty().allSatisfy(post -> {
            var edit = EditMessageText.of()
                    .withChatId(channel)
                    .withMessageId(post.messageId())
                    .withText("changed");
            assertThatThrownBy(() -> stolen.call(edit))
                    .isInstanceOf(ApiException.Rejected.class)
                    .hasMessageContaining("can't be edited");
            assertThatThrownBy(() -> delete(post))
                    .isInstanceOf(ApiException.Rejected.class)
                    .hasMessageContaining("can't be deleted");
        });
        stillWorks(); // live readers do not even ask for edits
    }

    @Test
    void aWriterThatLeavesIsADeadLaneAndTheOthersGoOn() throws Exception {
        stolen.call(LeaveChat.of(channel));
        goesOnWithoutTheWriter("administrator");
    }

    @Test
    void aWriterThatIsLoggedOutIsADeadLaneAndTheOthersGoOn() throws Exception {
        stolen.call(LogOut.of());
        goesOnWithoutTheWriter("ogged out");
    }

    private void goesOnWithoutTheWriter(String why) throws Exception {
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
                    assertThat(lane.why()).contains(why);
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
