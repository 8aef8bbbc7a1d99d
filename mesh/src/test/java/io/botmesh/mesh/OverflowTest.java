package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ChatId;
import io.botmesh.world.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a sender does that may not post and whose outbox is full. */
class OverflowTest {
    private static final ChatId NOWHERE = ChatId.of(-1_009_999_999_999L);

    @Test
    void aFullOutboxRefusesTheMessageAndKeepsTheOthers() throws Exception {
        try (Scene scene = new Scene(1, Limits.OFF);
                Outbox outbox = new MemoryOutbox();
                Initiator sender = sender(scene, outbox, Overflow.FAIL)) {
            awaitNoLane(sender);
            for (int i = 0; i < 3; i++) sender.send(body(i));
            assertThatThrownBy(() -> sender.send(body(3))).isInstanceOf(MeshException.Full.class);
            assertThat(sender.statistics().messages()).isEqualTo(outbox.messages());
            assertThat(outbox.pendingBytes()).isEqualTo(12);
        }
    }

    @Test
    void theOldestMessagesGiveWayAndTheirReceiptsSaySo() throws Exception {
        List<Receipt> receipts = new ArrayList<>();
        try (Scene scene = new Scene(1, Limits.OFF);
                Outbox outbox = new MemoryOutbox();
                Initiator sender = sender(scene, outbox, Overflow.DROP_OLDEST)) {
            awaitNoLane(sender);
            for (int i = 0; i < 20; i++) receipts.add(sender.send(body(i)));
            assertThat(receipts.subList(0, 18))
                    .allSatisfy(receipt ->
                            assertThatThrownBy(receipt.posted()::join).hasCauseInstanceOf(MeshException.Dropped.class));
            assertThat(receipts.subList(18, 20))
                    .noneMatch(receipt -> receipt.posted().isDone());
            assertThat(sender.statistics().dropped()).isEqualTo(18);
            assertThat(outbox.pendingBytes()).isEqualTo(8);
        }
    }

    @Test
    void aMessageLargerThanTheOutboxIsTakenAlone() throws Exception {
        try (Scene scene = new Scene(1, Limits.OFF);
                Outbox outbox = new MemoryOutbox();
                Initiator sender = sender(scene, outbox, Overflow.DROP_OLDEST)) {
            awaitNoLane(sender);
            sender.send(body(1));
            Receipt large = sender.send(new byte[100]);
            assertThat(large.posted().isDone()).isFalse();
            assertThat(outbox.pendingBytes()).isEqualTo(100);
        }
    }

    private static Initiator sender(Scene scene, Outbox outbox, Overflow overflow) {
        return Initiator.open(
                InitiatorOptions.of(NOWHERE, scene.writers).withOutboxBytes(10).withOverflow(overflow),
                scene::api,
                outbox);
    }

    /** From here on, and for the minute until the next try, nothing leaves the outbox. */
    private static void awaitNoLane(Initiator sender) throws InterruptedException {
        sender.send(body(0));
        assertThatThrownBy(sender::drain).isInstanceOf(MeshException.NoLane.class);
    }

    private static byte[] body(int i) {
        return "%04d".formatted(i).getBytes(UTF_8);
    }
}
