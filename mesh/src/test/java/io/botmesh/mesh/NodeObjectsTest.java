package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.world.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects between two nodes with threads, over the emulator. */
@Timeout(value = 15, unit = TimeUnit.SECONDS)
class NodeObjectsTest {
    private final Scene annasScene = new Scene(2, Limits.OFF);
    private final Scene bertsScene = new Scene(annasScene, 2);
    private final NodeSide anna = new NodeSide("anna", annasScene);
    private final NodeSide bert = new NodeSide("bert", bertsScene);
    private final BlockingQueue<NodeEvent> refused = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        bertsScene.close();
        annasScene.close();
    }

    private Path file(int bytes) throws IOException {
        var content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(folder.resolve("of-" + bytes), content);
    }

    private Node bert() {
        return bert.node(anna).onEvent(event -> {
            if (event instanceof NodeEvent.Refused one && one.reason().startsWith("OBJECT")) refused.add(event);
        });
    }

    @Test
    void anObjectComesWholeAndGoesOnAfterBothWereStopped() throws Exception {
        var bytes = new byte[6 << 20];
        new Random(5).nextBytes(bytes);
        Path file = Files.write(folder.resolve("picture"), bytes);
        var waiting = new NodeOptions.Waiting(1 << 20, Overflow.BLOCK, 256 << 10);
        anna.options = anna.options.withOutbox(waiting);
        long sent;
        Node first = anna.node(bert).start();
        try (first) {
            var putting = CompletableFuture.supplyAsync(() -> {
                try {
                    return first.link("bert").put("pic.jpg", file);
                } catch (IOException | InterruptedException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            while (first.statistics().get().waitingBytes().getOrDefault("bert", 0L) < 700 << 10) Thread.onSpinWait();
            NodeSide.stop(first); // in the middle: without a reader there is no credit for more
            assertThatThrownBy(putting::get).hasRootCauseInstanceOf(MeshException.Closed.class);
            sent = anna.disk.values.keySet().stream()
                    .filter(key -> key.kind() == NodeStore.Kind.MESSAGE)
                    .count();
        }
        BlockingQueue<ReceivedObject> got = new LinkedBlockingQueue<>();
        BlockingQueue<byte[]> content = new LinkedBlockingQueue<>();
        Path parts = folder.resolve("parts");
        ReceivedObject.Handler handler = object -> {
            content.add(Files.readAllBytes(object.file()));
            got.add(object);
        };
        long before;
        long taken;
        try (Node a = anna.node(bert).start()) {
            Node reading = bert.node(anna).onObject(parts, 1 << 30, handler).start();
            try (reading) {
                while (reading.statistics().get().handled() < Math.min(2, sent)) Thread.onSpinWait();
                taken = reading.statistics().get().handled();
                NodeSide.stop(reading);
                before = reading.statistics().handle((stats, closed) -> 0).get();
            }
            try (Node again = bert.node(anna).onObject(parts, 1 << 30, handler).start()) {
                Receipt receipt = a.link("bert").put("pic.jpg", file);
                assertThat(content.take()).isEqualTo(bytes);
                receipt.done().get();
                ReceivedObject object = got.take();
                assertThat(object.name()).isEqualTo("pic.jpg");
                assertThat(object.from()).isEqualTo("anna");
                assertThat(object.size()).isEqualTo(bytes.length);
                assertThat(again.statistics().get().received())
                        .as("of a manifest and 24 parts none comes twice")
                        .isLessThanOrEqualTo(25 - taken);
            }
        }
        assertThat(before).isZero();
        assertThat(got).isEmpty();
        try (var left = Files.list(parts)) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anObjectLargerThanTheOutboxComesWholeWhateverBecomesOfMessages(Overflow overflow) throws Exception {
        anna.options = anna.options.withOutbox(new NodeOptions.Waiting(256 << 10, overflow, 64 << 10));
        BlockingQueue<Long> got = new LinkedBlockingQueue<>();
        try (Node b = bert().onObject(folder.resolve("parts"), 4 << 20, object -> got.add(object.size()))
                        .start();
                Node a = anna.node(bert).start()) {
            a.link("bert").put("large", file(3 << 20)).done().get();
            assertThat(got.take()).isEqualTo(3 << 20);
            assertThat(b.name()).isEqualTo("bert");
            assertThat(refused).isEmpty();
        }
    }

    @Test
    void anObjectIsDoneWhenItsHandlerHasEndedAndNotBefore() throws Exception {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        try (Node b = bert().onObject(folder.resolve("parts"), 1 << 20, object -> {
                            begun.countDown();
                            end.await();
                        })
                        .start();
                Node a = anna.node(bert).start()) {
            Receipt receipt = a.link("bert").put("small", file(100));
            begun.await();
            assertThat(receipt.done()).isNotDone();
            end.countDown();
            receipt.done().get();
            assertThat(b.name()).isEqualTo("bert");
            assertThat(anna.disk.values.keySet()).noneMatch(key -> key.kind() == NodeStore.Kind.PATTERN);
            a.link("bert").put("small", file(100)).done().get(); // the same once more is another one
        }
    }

    @Test
    void whoSendsAnObjectThatIsTooLargeLearnsSoAndStops() throws Exception {
        anna.options = anna.options.withOutbox(new NodeOptions.Waiting(300_000, Overflow.BLOCK, 100_000));
        try (Node b = bert().onObject(folder.resolve("parts"), 3_999, object -> refused.clear())
                        .start();
                Node a = anna.node(bert).start()) {
            Receipt receipt = a.link("bert").put("large", file(3 << 20));
            assertThatThrownBy(receipt.done()::get)
                    .cause()
                    .isInstanceOf(MeshException.ObjectRefused.class)
                    .hasMessage("bert does not take the object: it has 3145728 bytes, at most 3999 are taken");
            assertThat(refused.take()).isEqualTo(new NodeEvent.Refused("anna", "OBJECT_SIZE"));
            CompletableFuture<Void> after = a.link("bert").send("n", "after it").stored();
            after.get();
            assertThat(refused).isEmpty(); // the parts on their way are not told of again
            assertThat(anna.disk.values.keySet()).noneMatch(key -> key.kind() == NodeStore.Kind.PATTERN);
            assertThat(b.name()).isEqualTo("bert");
        }
    }

    @Test
    void whereNobodyTakesObjectsTheSenderLearnsSo() throws Exception {
        try (Node b = bert().handle(">", bert.got::add).start();
                Node a = anna.node(bert).start()) {
            assertThatThrownBy(a.link("bert").put("small", file(100)).done()::get)
                    .hasRootCauseMessage("bert does not take the object: nobody takes objects there");
            assertThat(refused.take()).isEqualTo(new NodeEvent.Refused("anna", "OBJECT_UNWANTED"));
            a.link("bert").send("n", "a message");
            assertThat(bert.got.take().text()).isEqualTo("a message"); // and no part of an object
            assertThat(b.name()).isEqualTo("bert");
        }
    }

    @Test
    void aHandlerThatFailsForGoodIsARefusal() throws Exception {
        bert.options = bert.options.withHandlers(
                new NodeOptions.Handling(64, 1, Duration.ofSeconds(1), Duration.ofMinutes(1)));
        try (Node b = bert().onObject(folder.resolve("parts"), 1 << 20, object -> {
                            throw new IllegalStateException("no room on the shelf");
                        })
                        .start();
                Node a = anna.node(bert).start()) {
            assertThatThrownBy(a.link("bert").put("small", file(100)).done()::get)
                    .hasRootCauseMessage("bert does not take the object: the handler failed");
            assertThat(b.name()).isEqualTo("bert");
        }
    }

    /** What became of an object comes while nobody asks, and is there for the process that sends it again. */
    @Test
    void aLaterProcessOfTheSenderLearnsWhatBecameOfItsObject() throws Exception {
        Path file = file(100);
        try (Node a = anna.node(bert).start()) {
            a.link("bert").put("small", file);
        }
        var handled = new LinkedBlockingQueue<String>();
        try (Node b = bert().onObject(folder.resolve("parts"), 1 << 20, object -> handled.add(object.name()))
                        .start();
                Node a = anna.node(bert).start()) {
            assertThat(handled.take()).isEqualTo("small");
            a.link("bert").put("small", file).done().get();
            assertThat(handled).isEmpty();
            assertThat(b.name()).isEqualTo("bert");
        }
    }

    /** What a reader said of an object, or was about to say, goes with its store; whoever sent it must not wait for that. */
    @Test
    void ofAPeerThatHasLostAllItKnewTheSenderHearsSoAndMaySendAgain() throws Exception {
        Path file = file(100);
        Path parts = folder.resolve("parts");
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        try (Node a = anna.node(bert).start();
                Node b = bert().onObject(parts, 1 << 20, object -> {
                            begun.countDown();
                            end.await();
                            throw new IllegalStateException("dies here");
                        })
                        .start()) {
            Receipt receipt = a.link("bert").put("small", file);
            begun.await();
            receipt.stored().get();
            a.drain().get(); // none of it would be sent again
            bertsScene.awaitRead(); // nor read again
            NodeSide.stop(a);
            end.countDown();
            assertThat(b.name()).isEqualTo("bert");
        }
        bert.disk.values.clear();
        try (var all = Files.list(parts)) {
            for (Path part : all.toList()) Files.delete(part);
        }
        var handled = new LinkedBlockingQueue<String>();
        try (Node b = bert().onObject(parts, 1 << 20, object -> handled.add(object.name()))
                        .start();
                Node a = anna.node(bert).start()) {
            assertThatThrownBy(a.link("bert").put("small", file).done()::get)
                    .hasRootCauseMessage(
                            "bert does not take the object: nothing is known of it there any more; send it again");
            assertThat(handled).isEmpty();
            a.link("bert").put("small", file).done().get();
            assertThat(handled).containsExactly("small");
            assertThat(b.name()).isEqualTo("bert");
        }
    }

    @Test
    void aStreamIsAnObjectThatTheNextProcessGoesOnWithByItself() throws Exception {
        byte[] bytes = Files.readAllBytes(file(3 << 20));
        Path spool = folder.resolve("spool");
        try (Node a = anna.node(bert).spool(spool, 4 << 20).start()) {
            Receipt receipt = a.link("bert").put("stream", new ByteArrayInputStream(bytes));
            assertThat(receipt.done()).isNotDone();
            assertThatThrownBy(() -> a.link("bert").put("more", new ByteArrayInputStream(bytes)))
                    .isInstanceOf(MeshException.Full.class);
            assertThatThrownBy(() -> a.link("zoe").put("nobody", new ByteArrayInputStream(bytes)))
                    .isInstanceOf(IllegalArgumentException.class);
            InputStream closed = Files.newInputStream(file(100));
            closed.close();
            assertThatThrownBy(() -> a.link("bert").put("broken", closed)).isInstanceOf(IOException.class);
            a.link("bert").put("small", new ByteArrayInputStream(new byte[1 << 20])); // what was refused takes no room
        }
        var handled = new LinkedBlockingQueue<byte[]>();
        var over = new LinkedBlockingQueue<NodeEvent>();
        try (Node b = bert().onObject(
                                folder.resolve("parts"),
                                3 << 20,
                                object -> handled.add(Files.readAllBytes(object.file())))
                        .start();
                Node a = anna.node(bert)
                        .spool(spool, 4 << 20)
                        .onEvent(event -> {
                            if (event instanceof NodeEvent.ObjectOver) over.add(event);
                        })
                        .start()) {
            assertThat(List.of(handled.take(), handled.take())).contains(bytes);
            assertThat(List.of(over.take(), over.take()))
                    .containsExactlyInAnyOrder(
                            new NodeEvent.ObjectOver("bert", "stream", ""),
                            new NodeEvent.ObjectOver("bert", "small", ""));
            try (var left = Files.list(spool)) {
                assertThat(left).isEmpty();
            }
            a.link("bert").put("again", new ByteArrayInputStream(bytes)).done().get();
            assertThat(handled.take()).isEqualTo(bytes);
            assertThatThrownBy(a.link("bert")
                            .put("large", new ByteArrayInputStream(new byte[4 << 20]))
                            .done()::get)
                    .hasRootCauseInstanceOf(MeshException.ObjectRefused.class);
            try (var left = Files.list(spool)) {
                assertThat(left).isEmpty();
            }
            assertThatThrownBy(() -> b.link("anna").put("x", new ByteArrayInputStream(bytes)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    /** A peer may write what it likes. */
    @Test
    void wordsOfARefusalAreOneShortLine() throws Exception {
        int partBytes = Math.min(512 << 10, anna.options.outbox().messageBytes());
        byte[] id = new ObjectParts.Manifest(100, partBytes, ObjectParts.digest(file(100)), "small").id();
        var handled = new CountDownLatch(1);
        try (Node b = bert().onObject(folder.resolve("parts"), 1 << 20, object -> handled.await())
                        .start();
                Node a = anna.node(bert).start()) {
            Receipt receipt = a.link("bert").put("small", file(100));
            b.program().verdict("anna", new byte[16], "of another object", null);
            b.program().verdict("anna", id, "asked when it was sent before", new byte[8]);
            b.program().verdict("anna", id, "a\nb\u001b[31m" + "x".repeat(900), null);
            assertThatThrownBy(receipt.done()::get)
                    .rootCause()
                    .message()
                    .startsWith("bert does not take the object: a?b?[31mxxx")
                    .hasSizeLessThan(300);
            handled.countDown();
        }
    }
}
