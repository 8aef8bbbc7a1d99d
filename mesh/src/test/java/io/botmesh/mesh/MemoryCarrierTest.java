package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.MemoryJournal;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class MemoryCarrierTest extends CarrierContract {
    private final MemoryCarrier memory = new MemoryCarrier(-1001, InstantSource.system());
    private final Carrier.Writers writers = memory.writers(2);
    private final Carrier.Reader reader = memory.reader();

    @Override
    Carrier.Writers writers() {
        return writers;
    }

    @Override
    Carrier.Reader reader() {
        return reader;
    }

    @Override
    Optional<Carrier.Board> board(boolean writes) {
        return Optional.of(memory.board());
    }

    @Test
    void messagesGoTheirWholeWayWithoutAServer() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        var options = InitiatorOptions.of(
                        ChatId.of(-1001), List.of(BotToken.parse("1:FAKE-token-for-tests-only-000000000")))
                .withLimits(new LaneLimits(1000, 1000));
        try (QuasiServer server = QuasiServer.start(
                        QuasiOptions.defaults(),
                        reader,
                        new MemoryJournal<>(RawUpdate::updateId, InstantSource.system()),
                        new MemoryInbox(),
                        message -> received.add(new String(message.body(), UTF_8)));
                Initiator initiator = Initiator.open(options, writers, new MemoryOutbox())) {
            String large = "x".repeat(2_000_000);
            initiator.send("hello".getBytes(UTF_8));
            initiator.send(large.getBytes(UTF_8));
            initiator.drain();
            assertThat(received.take()).isEqualTo("hello");
            assertThat(received.take()).isEqualTo(large);
            assertThat(server.statistics().damaged()).isZero();
            assertThat(initiator.lanes()).hasSize(2);
        }
    }
}
