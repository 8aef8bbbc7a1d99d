package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.MessageHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a sender waits to hear what became of an object, in a time that the test makes. */
class ObjectSenderTest {
    @TempDir
    private Path folder;

    private final Work work = new Work();
    private final MemoryCarrier carrier = new MemoryCarrier(-1, () -> Instant.EPOCH);
    private final ReaderSecret bertsKey = ReaderSecret.generate();

    /** A message that was sent, and what became of it. */
    private record Sent(String subject, List<MessageHeader> headers, Receipt receipt) {}

    /** A time that somebody waits for. */
    private record Pause(Duration time, CompletableFuture<Void> over) {}

    /** Takes what is sent, and lets no time pass by itself. */
    private static final class Work implements NodeWork {
        final List<Sent> sent = new ArrayList<>();
        final List<Pause> pauses = new ArrayList<>();

        @Override
        public CompletableFuture<Void> change(Event event) {
            return CompletableFuture.completedFuture(null); // nothing here comes back after a restart
        }

        @Override
        public CompletableFuture<Receipt> send(
                String peer,
                String stream,
                String subject,
                List<MessageHeader> headers,
                byte[] body,
                NodeStore.@Nullable Write along) {
            var one = new Sent(subject, headers, Receipt.acked(sent.size()));
            sent.add(one);
            return CompletableFuture.completedFuture(one.receipt);
        }

        @Override
        public CompletableFuture<Void> drain(@Nullable String peer) {
            return new CompletableFuture<>();
        }

        @Override
        public <T> T await(CompletableFuture<T> future) throws InterruptedException {
            return Node.await(future);
        }

        @Override
        public CompletableFuture<Void> after(Duration time) {
            var pause = new Pause(time, new CompletableFuture<>());
            pauses.add(pause);
            return pause.over;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }

        List<String> subjects() {
            return sent.stream().map(Sent::subject).toList();
        }
    }

    private ObjectSender sender(NodeStore store) {
        Carrier.Writers writers = carrier.writers(1);
        var bert = new Peer(
                "bert", Identity.generate().key(), bertsKey.key(), null, writers.lanes(), writers.capabilities(), true);
        var setup = new NodeSetup(
                "anna",
                Protection.Sealed.of(Identity.generate(), Keyring.of(ReaderSecret.generate())),
                Peers.of(List.of(bert)),
                new NodeSetup.Ends(null, Map.of("bert", writers)),
                store);
        return new ObjectSender(setup, work, new Random(1));
    }

    private static Delivery says(List<MessageHeader> headers) {
        return new Delivery(
                1, "bert", null, true, Requests.STREAM, "", headers, new byte[0], Instant.EPOCH, 1, false, "p", null);
    }

    @Test
    void whoHearsNothingOfAnObjectWhosePartsAreHandledAsksSeldomerEachTimeUntilItHearsWhatItAsked() throws Exception {
        var sender = sender(new NodeRig.Disk());
        Path file = Files.writeString(folder.resolve("file"), "text");
        Receipt receipt = sender.put("bert", "file", file);
        assertThat(work.subjects()).containsExactly(ObjectParts.MANIFEST, ObjectParts.PART);
        assertThat(work.pauses).isEmpty();
        work.sent.getLast().receipt.done().complete(null);
        for (long seconds : new long[] {30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600}) {
            Pause pause = work.pauses.getLast();
            assertThat(pause.time()).isEqualTo(Duration.ofSeconds(seconds));
            int before = work.sent.size();
            pause.over().complete(null);
            assertThat(work.sent).hasSize(before + 1);
            assertThat(work.sent.getLast().subject()).isEqualTo(ObjectParts.ASK);
            work.sent.getLast().receipt.done().complete(null);
        }
        byte[] id = work.sent.getFirst().headers().getFirst().value();
        byte[] asked = work.sent.getLast().headers().getLast().value();
        sender.onVerdict(says(ObjectParts.verdict(id, "of another time", new byte[8])));
        assertThat(receipt.done()).isNotDone();
        sender.onVerdict(says(ObjectParts.verdict(id, "not known", asked)));
        assertThat(receipt.done())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(MeshException.ObjectRefused.class);
        assertThat(work.pauses.getLast().over()).isCancelled();
    }

    @Test
    void aQuestionThatGotLostWithThePeersMemoryIsAskedAgainAtOnce() throws Exception {
        var sender = sender(new NodeRig.Disk());
        Path file = Files.writeString(folder.resolve("file"), "text");
        sender.put("bert", "file", file);
        work.sent.getLast().receipt.done().complete(null);
        work.pauses.getLast().over().complete(null);
        int before = work.sent.size();
        work.sent.getLast().receipt.fail(new MeshException.Lost("bert has lost what it had stored"));
        assertThat(work.sent).hasSize(before + 1);
        assertThat(work.sent.getLast().subject()).isEqualTo(ObjectParts.ASK);
    }
}
