package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.MessageHeader;
import io.botmesh.world.Limits;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program that uses a node wrongly, or in a way that only looks wrong, and a node that goes on. */
@Timeout(value = 40, unit = TimeUnit.SECONDS)
class MisuseTest {
    private final Scene annasScene = new Scene(2, Limits.OFF);
    private final Scene bertsScene = new Scene(annasScene, 2);
    private final NodeSide anna = new NodeSide("anna", annasScene);
    private final NodeSide bert = new NodeSide("bert", bertsScene);

    @AfterEach
    void close() {
        bertsScene.close();
        annasScene.close();
    }

    @Test
    @SuppressWarnings("NullAway") // who calls this may not have it
    void nullIsRefusedWhereItIsGivenAndEndsNoNode() throws Exception {
        try (Node a = anna.node(bert).start()) {
            Link link = a.link("bert");
            assertThatThrownBy(() -> link.send("n", (byte[]) null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> link.request("n", List.of(), null, Duration.ofSeconds(1)))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> link.sendHidden(null, "n", new byte[1])).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> link.sendHidden("carl", "n", null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> a.link(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> a.topic(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> a.topic("t").add(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> a.topic("t").remove(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> a.topic("t").queue(null, Set.of())).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> a.topic("t").queue("q", null)).isInstanceOf(NullPointerException.class);
            assertThat(a.statistics().get().waitingBytes()).isNotNull();
        }
    }

    @Test
    void headersThatAreChangedLaterChangeNoMessage() throws Exception {
        try (Node a = anna.node(bert).start()) {
            var headers = new ArrayList<MessageHeader>(List.of(MessageHeader.of("kind", "first")));
            a.link("bert").send("n", headers, new byte[1]);
            headers.clear();
            headers.add(null);
            a.link("bert").send("n", "second").posted().get();
        }
        try (Node b = bert.node(anna).handle("n", bert.got::add).start()) {
            assertThat(bert.got.take().header("kind")).contains("first");
            assertThat(bert.got.take().text()).isEqualTo("second");
            assertThat(b.stopped()).isNotDone();
        }
    }

    @Test
    void aListenerThatFailsEndsNoNodeAndKeepsNoOtherFromHearing() throws Exception {
        var heard = new LinkedBlockingQueue<NodeEvent>();
        Node b = bert.node(anna)
                .onEvent(event -> {
                    throw new IllegalStateException("a listener's own mistake");
                })
                .onEvent(heard::add)
                .handle("n", bert.got::add);
        try (Node a = anna.node(bert).start();
                b) {
            b.start();
            Receipt unwanted = a.link("bert").send("unwanted", "x");
            a.link("bert").send("n", "goes on");
            assertThat(bert.got.take().text()).isEqualTo("goes on");
            while (!(heard.take() instanceof NodeEvent.Unhandled)) {}
            assertThatThrownBy(() -> unwanted.done().get()).hasMessageContaining("bert has no handler for it");
            assertThat(b.statistics().get().failed()).isZero();
        }
    }

    @Test
    void whoAsksAgainWhereAReplyComesGetsTheNextOne() throws Exception {
        try (Node a = anna.node(bert).start();
                Node b = bert.node(anna)
                        .handle("sum", message -> message.reply(message.text() + "!"))
                        .start()) {
            Link link = a.link("bert");
            CompletableFuture<String> second = link.request("sum", "1", Duration.ofSeconds(20))
                    .thenApply(reply -> link.request("sum", reply.text(), Duration.ofSeconds(10))
                            .join()
                            .text());
            assertThat(second.get()).isEqualTo("1!!");
            assertThat(b.name()).isEqualTo("bert");
        }
    }

    @Test
    void whoWaitsForEverMaySaySo() throws Exception {
        try (Node a = anna.node(bert).start();
                Node b = bert.node(anna)
                        .handle("sum", message -> message.reply(message.text() + "!"))
                        .start()) {
            Duration forever = ChronoUnit.FOREVER.getDuration();
            assertThat(a.link("bert").request("sum", "1", forever).get().text()).isEqualTo("1!");
            assertThat(b.name()).isEqualTo("bert");
        }
    }

    @Test
    void whoClosesWhereTheEndIsToldWaitsForNothing() throws Exception {
        Node a = anna.node(bert).start();
        Receipt never = a.link("bert").send("n", "x");
        var end = new CompletableFuture<Void>();
        var unused = never.done().whenComplete((done, why) -> {
            Thread one = Thread.currentThread();
            a.close();
            if (one.isInterrupted()) end.completeExceptionally(new IllegalStateException("closed with an interrupt"));
            else end.complete(null);
        });
        var stopped = new CompletableFuture<Void>();
        var unusedStop = a.stopped().whenComplete((done, why) -> {
            a.close();
            if (Thread.currentThread().isInterrupted())
                stopped.completeExceptionally(new IllegalStateException("interrupted"));
            else stopped.complete(null);
        });
        a.close();
        stopped.get();
        end.get();
    }

    @Test
    void aListenerMayCloseItsNode() throws Exception {
        var closed = new CompletableFuture<Boolean>();
        try (Node b = bert.node(anna)) {
            b.onEvent(event -> {
                NodeSide.stop(b);
                closed.complete(Thread.currentThread().isInterrupted());
            });
            b.start(); // and is connected
            assertThat(closed.get()).isFalse();
            b.stopped().get();
        }
    }

    @Test
    void aHandlerMayCloseItsNodeAndItsMessageIsDone() throws Exception {
        var closed = new CompletableFuture<Boolean>();
        try (Node a = anna.node(bert).start()) {
            try (Node b = bert.node(anna)) {
                b.handle("n", message -> {
                            NodeSide.stop(b);
                            closed.complete(Thread.currentThread().isInterrupted());
                        })
                        .start();
                a.link("bert").send("n", "last");
                assertThat(closed.get()).isFalse();
                b.stopped().get();
            }
            a.link("bert").send("n", "next");
            try (Node b = bert.node(anna).handle("n", bert.got::add).start()) {
                assertThat(bert.got.take().text()).isEqualTo("next");
                assertThat(b.name()).isEqualTo("bert");
            }
        }
    }

    @Test
    void whoSendsBeforeTheStartIsToldSo() throws Exception {
        try (Node a = anna.node(bert)) {
            assertThatThrownBy(() -> a.link("bert").send("n", "x"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("node anna is not started");
        }
    }

    /** Does one thing with each message. */
    private record Each(BiConsumer<Flow.Subscription, Message> does, CompletableFuture<Flow.Subscription> subscription)
            implements Flow.Subscriber<Message> {
        Each(BiConsumer<Flow.Subscription, Message> does) {
            this(does, new CompletableFuture<>());
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
            given.request(1);
        }

        @Override
        public void onNext(Message message) {
            does.accept(subscription.join(), message);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    @Test
    void whatASubscriberHasTakenIsDoneThoughItsNodeStopsMeanwhile() throws Exception {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        Node dies = bert.node(anna);
        dies.messages("n").subscribe(new Each((subscription, message) -> {
            bert.got.add(message);
            subscription.request(1);
            inside.countDown();
            try {
                goOn.await();
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }));
        try (Node a = anna.node(bert).start()) {
            dies.start();
            a.link("bert").send("n", "first").posted().get();
            inside.await();
            Thread closing = Thread.ofVirtual().start(dies::close);
            while (!dies.isStopping()) Thread.onSpinWait();
            goOn.countDown();
            closing.join();
            try (Node b = bert.node(anna).handle("n", bert.got::add).start()) {
                a.link("bert").send("n", "second");
                assertThat(bert.got.take().text()).isEqualTo("first");
                assertThat(bert.got.take().text()).isEqualTo("second");
                assertThat(b.name()).isEqualTo("bert");
            }
        }
    }

    @Test
    void aMessageThatASubscriberDoesNotManageComesAgainWithoutBeingAskedForTwice() throws Exception {
        bert.options = bert.options.withHandlers(new NodeOptions.Handling(64, 8, Duration.ZERO, Duration.ZERO));
        Node b = bert.node(anna);
        b.messages("n").subscribe(new Each((subscription, message) -> {
            if (!message.isAgain()) throw new IllegalStateException("not now");
            bert.got.add(message);
            subscription.request(1);
        }));
        try (Node a = anna.node(bert).start();
                b) {
            b.start();
            a.link("bert").send("n", "first");
            a.link("bert").send("n", "second");
            assertThat(bert.got.take().text()).isEqualTo("first");
            assertThat(bert.got.take().text()).isEqualTo("second");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // who calls this may not have it
    void aSubscriberThatFailsAtTheEndKeepsNoOtherFromIt() throws Exception {
        var end = new CompletableFuture<Void>();
        try (Node b = bert.node(anna)) {
            Flow.Publisher<Message> messages = b.messages("n");
            assertThatThrownBy(() -> messages.subscribe(null)).isInstanceOf(NullPointerException.class);
            messages.subscribe(new Ending(() -> {
                throw new IllegalStateException("a subscriber's own mistake");
            }));
            messages.subscribe(new Ending(() -> end.complete(null)));
            b.start();
        }
        end.get();
    }

    /** Hears of the end. */
    private record Ending(Runnable does) implements Flow.Subscriber<Message> {
        @Override
        public void onSubscribe(Flow.Subscription given) {}

        @Override
        public void onNext(Message message) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {
            does.run();
        }
    }

    @Test
    void whatAHandlerDoesToItsThreadIsNotTheNextOnes() throws Exception {
        var interrupted = new LinkedBlockingQueue<Boolean>();
        try (Node a = anna.node(bert).start()) {
            for (int i = 0; i < 8; i++) a.link("bert").send("n", "x");
            Receipt last = a.link("bert").send("n", "x");
            last.posted().get();
        }
        Node b = bert.node(anna).handle("n", message -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        });
        try (b) {
            b.start();
            for (int i = 0; i < 9; i++) assertThat(interrupted.take()).isFalse();
        }
    }
}
