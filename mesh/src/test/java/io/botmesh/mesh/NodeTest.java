package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.LinkSender;
import io.botmesh.world.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes with threads, over the emulator. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NodeTest {
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
    void messagesGoBothWaysAndReceiptsSayHowFar() throws Exception {
        try (Node a = anna.node(bert).handle(">", anna.got::add).start();
                Node b = bert.node(anna).handle("greeting.*", bert.got::add).start()) {
            Receipt hello = a.link("bert").send("greeting.hello", "hello bert");
            hello.posted().get();
            Message there = bert.got.take();
            assertThat(there.text()).isEqualTo("hello bert");
            assertThat(there.from()).isEqualTo("anna");
            assertThat(there.isFromPeer()).isTrue();
            assertThat(there.key()).contains(anna.identity.key());
            b.link("anna").send("greeting.back", "hello anna");
            assertThat(anna.got.take().text()).isEqualTo("hello anna");
            hello.stored().get(); // rode on that packet
        }
    }

    @Test
    void aReceiptSaysNoMoreThanIsSo() throws Exception {
        var mayEnd = new CountDownLatch(1);
        try (Node a = anna.node(bert).start()) {
            Link link = a.link("bert");
            Receipt first = link.send("n", "first");
            Receipt second = link.send("n", "second");
            first.posted().get();
            second.posted().get();
            assertThat(first.stored()).as("its reader is not there").isNotDone();
            try (Node b = bert.node(anna)
                    .handle("n", message -> {
                        mayEnd.await();
                        bert.got.add(message);
                    })
                    .start()) {
                first.stored().get();
                second.stored().get();
                assertThat(first.done()).as("its handler is at work").isNotDone();
                mayEnd.countDown();
                first.done().get();
                assertThat(bert.got.take().text()).isEqualTo("first");
                second.done().get();
                assertThat(b.statistics().get().handled()).isEqualTo(2);
            }
        }
    }

    @Test
    void aRequestGetsItsReplyAndFailsWithOneLineElse() throws Exception {
        Node b = bert.node(anna)
                .handle("sum", message -> message.reply("sum of " + message.text()))
                .start();
        try (Node a = anna.node(bert).start();
                b) {
            Link link = a.link("bert");
            CompletableFuture<Message> sum = link.request("sum", "1 2", Duration.ofMinutes(1));
            assertThat(sum.get().text()).isEqualTo("sum of 1 2");
            assertThatThrownBy(() -> link.request("product", "1 2", Duration.ofMinutes(1))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(MeshException.RequestFailed.class)
                    .hasMessage("nobody handles product");
            NodeSide.stop(b);
            assertThatThrownBy(() ->
                            link.request("sum", "3", Duration.ofMillis(200)).get())
                    .cause()
                    .isInstanceOf(MeshException.Unanswered.class)
                    .hasMessage("bert did not answer within 200 ms");
        }
    }

    /** Nothing can be posted to it: its request is a message, and an answer is no failure for which it would come again. */
    @Test
    void aStrangersRequestIsNoneAndAnAnswerToItIsDropped() throws Exception {
        var events = new LinkedBlockingQueue<NodeEvent>();
        try (Node a = anna.node(bert).start();
                Node b = bert.nodeWithoutPeers(anna)
                        .onEvent(events::add)
                        .handle("sum", message -> {
                            bert.got.add(message);
                            message.reply("3");
                        })
                        .start()) {
            var unused = a.link("bert").request("sum", "1 2", Duration.ofMinutes(1));
            Message asked = bert.got.take();
            assertThat(asked.isRequest()).isFalse();
            NodeEvent event = events.take();
            while (!(event instanceof NodeEvent.Unanswerable)) event = events.take();
            assertThat(event).isEqualTo(new NodeEvent.Unanswerable(asked.from(), "sum"));
            b.settle().get();
            assertThat(b.statistics().get().failed()).isZero();
        }
    }

    /** The stream of what it handles waits for the handler, so an answer must not stand behind. */
    @Test
    void aHandlerMayAskWhoSentWhatItHandles() throws Exception {
        try (Node a = anna.node(bert)
                        .handle("price", message -> message.reply("7"))
                        .start();
                Node b = bert.node(anna)) {
            b.handle("order", message -> {
                        Message price = b.link("anna")
                                .request("price", message.text(), Duration.ofMinutes(1))
                                .get();
                        message.reply(price.text() + " each");
                    })
                    .start();
            assertThat(a.link("bert")
                            .request("order", "apples", Duration.ofMinutes(1))
                            .get()
                            .text())
                    .isEqualTo("7 each");
        }
    }

    @Test
    void whatAHandlerLeavesComesToTheNextProcessAndHoldsUpItsStreamAlone() throws Exception {
        bert.options = bert.options.withHandlers(
                new NodeOptions.Handling(64, 1, Duration.ZERO, Duration.ZERO)); // the first failure would be the last
        var left = new CountDownLatch(1);
        try (Node a = anna.node(bert).start()) {
            Node leaving = bert.node(anna)
                    .handle("other", bert.got::add)
                    .handle(">", message -> {
                        left.countDown();
                        throw new MeshException.Left();
                    })
                    .start();
            try (leaving) {
                for (String text : List.of("one", "two")) a.link("bert").send("n", text);
                left.await();
                a.link("bert").stream("second").send("other", "goes on");
                assertThat(bert.got.take().text()).isEqualTo("goes on");
                leaving.settle().get();
                assertThat(leaving.statistics().get().setAside()).isZero();
            }
            try (Node b = bert.node(anna).handle("n", bert.got::add).start()) {
                for (String text : List.of("one", "two")) {
                    Message message = bert.got.take();
                    assertThat(message.text()).isEqualTo(text);
                    assertThat(message.attempt()).isEqualTo(1);
                }
                assertThat(b.name()).isEqualTo("bert");
            }
        }
    }

    @Test
    void whatIsSentWhileTheOtherIsAwayComesWhenItIsBack() throws Exception {
        List<String> sent = new ArrayList<>();
        try (Node a = anna.node(bert).start()) {
            for (int i = 0; i < 300; i++) {
                sent.add("message " + i);
                a.link("bert").send("n", sent.getLast()).posted().get();
            }
        }
        try (Node b = bert.node(anna).handle("n", bert.got::add).start()) {
            for (String body : sent) assertThat(bert.got.take().text()).isEqualTo(body);
            assertThat(b.statistics().get().received()).isEqualTo(300);
        }
        Node reading = bert.node(anna).handle("n", bert.got::add).start();
        try (reading;
                Node a = anna.node(bert).start()) {
            a.link("bert").send("n", "another process").posted().get();
            assertThat(bert.got.take().text()).isEqualTo("another process");
        }
        assertThat(bert.got).isEmpty();
    }

    @Test
    void documentsCarryWhatIsTooMuchForText() throws Exception {
        var body = new byte[2 << 20];
        new Random(3).nextBytes(body);
        anna.options = NodeOptions.defaults();
        Node reading = bert.node(anna).handle("big", bert.got::add).start();
        try (reading;
                Node a = anna.node(bert).start()) {
            a.link("bert").send("big", body);
            assertThat(bert.got.take().body()).isEqualTo(body);
            assertThat(a.statistics().get().documents()).isPositive();
        }
    }

    /** As much as would go as a document. */
    @Test
    void whoSendsTextOnlyPostsNoDocument() throws Exception {
        var body = new byte[150_000];
        new Random(3).nextBytes(body);
        var lanes = new NodeOptions.Sharing(new LaneLimits(5, 3), LaneShare.WHOLE);
        try (Node reading = bert.node(anna).handle("big", bert.got::add).start()) {
            for (boolean textOnly : new boolean[] {false, true}) {
                anna.options = NodeOptions.defaults().withLanes(lanes).withTextOnly(textOnly);
                try (Node a = anna.node(bert).start()) {
                    a.link("bert").send("big", body).stored().get();
                    assertThat(bert.got.take().body()).isEqualTo(body);
                    assertThat(a.statistics().get().documents() == 0).isEqualTo(textOnly);
                }
            }
            assertThat(reading.statistics().get().handled()).isEqualTo(2);
        }
    }

    @Test
    void drainEndsWhenThePeerHasAll() throws Exception {
        NodeOptions.Links links = anna.options.links();
        var sending = new LinkSender.Options(1, 200, LinkSender.Level.STORED, LinkSender.Level.STORED, -1, true);
        anna.options = anna.options.withLinks(new NodeOptions.Links(links.receiving(), sending, links.patience(), 0));
        try (Node a = anna.node(bert).handle("back", anna.got::add).start();
                Node b = bert.node(anna).handle("n", bert.got::add).start()) {
            for (int i = 0; i < 20; i++) a.link("bert").send("n", "x".repeat(8_000)); // sixteen packets want an ack
            assertThat(a.statistics().get().waitingBytes()).containsKey("bert");
            b.link("anna").send("back", "y"); // which nobody has to refuse
            a.drain().get(1, TimeUnit.MINUTES);
            assertThat(a.statistics().get().waitingBytes()).containsEntry("bert", 0L);
        }
    }

    @Test
    void whoIsNotThereIsToldOfWithOneLine() throws Exception {
        Node a = anna.node(bert).start();
        try (a) {
            assertThatThrownBy(() -> a.link("carl").send("n", "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there is no peer carl");
            assertThatThrownBy(() -> a.link("bert").send("n.*", "x")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> a.link("bert").send("n", "x".getBytes(UTF_8)))
                .isInstanceOf(MeshException.Closed.class)
                .hasMessage("node anna is closed");
    }

    /** Takes what it is given, and asks when it is told to. */
    private static final class Taker implements Flow.Subscriber<Message> {
        final BlockingQueue<Message> got = new LinkedBlockingQueue<>();
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final CompletableFuture<Void> end = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(Message message) {
            got.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }

    @Test
    void aFlowGivesNothingBeforeItIsAskedFor() throws Exception {
        var idle = new Taker();
        Node b = bert.node(anna);
        b.messages("n").subscribe(idle);
        b.handle("other", bert.got::add);
        try (b;
                Node a = anna.node(bert).start()) {
            b.start();
            a.link("bert").stream("one").send("n", "for the flow").stored().get();
            a.link("bert").stream("two").send("other", "for a handler");
            assertThat(bert.got.take().text()).isEqualTo("for a handler");
            assertThat(idle.got).isEmpty();
            idle.subscription.get().request(1);
            assertThat(idle.got.take().text()).isEqualTo("for the flow");
        }
    }

    @Test
    void aFlowGivesWhatIsAskedForAndWhatWasNotAskedOnComesAgain() throws Exception {
        try (Node a = anna.node(bert).start()) {
            for (int i = 0; i < 3; i++)
                a.link("bert").send("n", "message " + i).posted().get();
        }
        var slow = new Taker();
        Node dies = bert.node(anna);
        dies.messages("n").subscribe(slow);
        try (dies) {
            dies.start();
            slow.subscription.get().request(1);
            assertThat(slow.got.take().text()).isEqualTo("message 0");
        }
        slow.end.get();
        assertThat(slow.got).isEmpty();
        var all = new Taker();
        Node b = bert.node(anna);
        b.messages("n").subscribe(all);
        try (b) {
            b.start();
            all.subscription.get().request(Long.MAX_VALUE);
            Message again = all.got.take();
            assertThat(again.text()).isEqualTo("message 0");
            assertThat(again.isAgain()).isTrue();
            assertThat(all.got.take().text()).isEqualTo("message 1");
            assertThat(all.got.take().text()).isEqualTo("message 2");
            var wrong = new Taker();
            b.messages("m").subscribe(wrong);
            wrong.subscription.get().request(0);
            assertThatThrownBy(wrong.end::get).hasCauseInstanceOf(IllegalArgumentException.class);
        }
        all.end.get();
    }
}
