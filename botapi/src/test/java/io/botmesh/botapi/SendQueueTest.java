package io.botmesh.botapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ManualApi.Arrived;
import io.botmesh.botapi.SendStore.Kept;
import io.botmesh.botapi.SendStore.Slot;
import io.botmesh.botapi.SendStore.State;
import io.botmesh.botapi.TransportException.Happened;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 6, line 29. */
@Timeout(300)
class SendQueueTest {
    private static final RawJson TRUE = new RawJson("true");

    private final ManualApi server = new ManualApi();
    private final FakeTicking time = new FakeTicking();
    private final FailingStore store = new FailingStore();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private SendListener.Verdict verdict = SendListener.Verdict.HOLD;
    private @Nullable SendQueue queue;

    /** Has no memory for a moment where a test says so. */
    private static final class FailingStore implements SendStore {
        private final MemorySendStore calls = new MemorySendStore();
        private final Queue<String> failing = new ConcurrentLinkedQueue<>();

        private void fail(String what) {
            if (failing.remove(what)) throw new OutOfMemoryError(what);
        }

        @Override
        public long add(String lane, String method, String parameters) {
            return calls.add(lane, method, parameters);
        }

        @Override
        public List<Slot> slots() {
            return calls.slots();
        }

        @Override
        public Optional<Kept> load(long number) {
            fail("load");
            return calls.load(number);
        }

        @Override
        public void mark(long number, State state, @Nullable String why) {
            fail(state.name());
            calls.mark(number, state, why);
        }

        @Override
        public void remove(long number) {
            fail("remove");
            calls.remove(number);
        }
    }

    private SendQueue open() throws InterruptedException {
        var listener = new SendListener() {
            @Override
            public Verdict onMaybeSent(Kept call) {
                heard.add("maybe " + call.number());
                return verdict;
            }

            @Override
            public void onRefused(Kept call, ApiException why) {
                heard.add("refused " + call.number());
            }

            @Override
            public void onTrouble(Throwable why) {
                heard.add("trouble " + why.getMessage());
                throw new StackOverflowError("of a listener");
            }
        };
        queue = SendQueue.open(new LimitedApi(server, LimitOptions.defaults(), time, new Random(1)), store, listener);
        return queue;
    }

    @AfterEach
    void close() {
        if (queue != null) queue.close();
    }

    private static SendMessage message(long chat, String text) {
        return SendMessage.of(chat, text);
    }

    private long kept(long chat, String text, State state) {
        long number =
                store.add(Long.toString(chat), "sendMessage", "{\"chat_id\":" + chat + ",\"text\":\"" + text + "\"}");
        store.mark(number, state, null);
        return number;
    }

    private static String text(Arrived arrived) {
        return ((RawCall) arrived.call).parameters().textAt("text");
    }

    private void awaitEmpty(SendQueue of) {
        while (of.size() > 0) Thread.onSpinWait();
    }

    private void awaitState(long number, State state) {
        while (store.load(number).orElseThrow().state() != state) Thread.onSpinWait();
    }

    @Test
    void line29CallsOfAChatGoInOrderAndOthersAtOnce() throws Exception {
        SendQueue open = open();
        open.add(message(1, "a"));
        Arrived first = server.next();
        open.add(message(1, "b"));
        open.add(message(2, "c"));
        Arrived other = server.next();
        assertThat(text(first)).isEqualTo("a");
        assertThat(text(other)).isEqualTo("c");
        first.answer(TRUE);
        Arrived second = server.next();
        assertThat(text(second)).isEqualTo("b");
        second.answer(TRUE);
        other.answer(TRUE);
        awaitEmpty(open);
        assertThat(store.slots()).isEmpty();
    }

    @Test
    void line29ACallIsMarkedBeforeItGoesAndUnmarkedWhenItSurelyDidNot() throws Exception {
        SendQueue open = open();
        long number = open.add(message(1, "a"));
        Arrived first = server.next();
        assertThat(store.slots()).containsExactly(new Slot(number, "1", State.SENDING));
        first.flood(60);
        awaitState(number, State.QUEUED); // a crash while it waits out the 429 leaves no doubt
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(60));
        server.next().answer(TRUE);
        awaitEmpty(open);
    }

    @Test
    void line29AfterACrashNothingGoesBeforeTheListenerWasAskedAndOnlyThatChatIsHeld() throws Exception {
        long maybe = kept(1, "maybe", State.SENDING);
        kept(1, "behind", State.QUEUED);
        kept(2, "other", State.QUEUED);
        SendQueue open = open();
        assertThat(heard).containsExactly("maybe " + maybe);
        Arrived other = server.next();
        assertThat(text(other)).isEqualTo("other");
        other.answer(TRUE);
        assertThat(open.undecided()).extracting(Kept::number).containsExactly(maybe);
        open.resend(maybe);
        Arrived again = server.next();
        assertThat(text(again)).isEqualTo("maybe");
        again.answer(TRUE);
        Arrived behind = server.next();
        assertThat(text(behind)).isEqualTo("behind");
        behind.answer(TRUE);
        awaitEmpty(open);
    }

    @Test
    void line29ADroppedCallLetsThoseBehindItGo() throws Exception {
        long maybe = kept(1, "maybe", State.SENDING);
        kept(1, "behind", State.QUEUED);
        SendQueue open = open();
        open.drop(maybe);
        Arrived behind = server.next();
        assertThat(text(behind)).isEqualTo("behind");
        behind.answer(TRUE);
        awaitEmpty(open);
        assertThat(store.slots()).isEmpty();
    }

    @Test
    void line29WhatIsHeldIsAskedAboutAtEachStart() throws Exception {
        long maybe = kept(1, "maybe", State.SENDING);
        open().close();
        assertThat(store.slots()).containsExactly(new Slot(maybe, "1", State.MAYBE_SENT));
        verdict = SendListener.Verdict.RESEND;
        SendQueue open = open();
        assertThat(heard).containsExactly("maybe " + maybe, "maybe " + maybe);
        server.next().answer(TRUE);
        awaitEmpty(open);
    }

    @Test
    void line29APassedCallStaysListedAndHoldsNobody() throws Exception {
        verdict = SendListener.Verdict.PASS;
        long maybe = kept(1, "maybe", State.SENDING);
        kept(1, "behind", State.QUEUED);
        SendQueue open = open();
        Arrived behind = server.next();
        assertThat(text(behind)).isEqualTo("behind");
        behind.answer(TRUE);
        awaitEmpty(open);
        assertThat(open.undecided()).extracting(Kept::number).containsExactly(maybe);
    }

    @Test
    void line29WhatMayHappenTwiceGoesAgainUnasked() throws Exception {
        long number = store.add("1", "deleteMessage", "{\"chat_id\":1,\"message_id\":5}");
        store.mark(number, State.SENDING, null);
        SendQueue open = open();
        server.next().answer(TRUE);
        awaitEmpty(open);
        assertThat(heard).isEmpty();
    }

    @Test
    void line29AnAnswerThatIsLostIsAskedAboutWhileTheProcessLives() throws Exception {
        SendQueue open = open();
        long number = open.add(message(1, "a"));
        server.next().fail(new TransportException(Happened.UNKNOWN, "no answer", null));
        awaitState(number, State.MAYBE_SENT);
        open.add(message(1, "b"));
        open.add(message(2, "c"));
        Arrived other = server.next();
        assertThat(text(other)).isEqualTo("c");
        other.answer(TRUE);
        while (heard.isEmpty()) Thread.onSpinWait();
        assertThat(heard).containsExactly("maybe " + number);
        assertThat(open.undecided())
                .singleElement()
                .satisfies(kept -> assertThat(kept.why()).contains("no answer"));
        while (open.size() != 2) Thread.onSpinWait();
    }

    @Test
    void line29ARefusedCallIsKeptAndHoldsNobody() throws Exception {
        SendQueue open = open();
        long number = open.add(message(1, "a"));
        Arrived first = server.next();
        open.add(message(1, "b"));
        first.fail(new ApiException.Rejected("sendMessage", 400, "Bad Request: chat not found", null));
        server.next().answer(TRUE);
        awaitEmpty(open);
        assertThat(heard).containsExactly("refused " + number);
        assertThat(open.undecided()).singleElement().satisfies(kept -> {
            assertThat(kept.state()).isEqualTo(State.REFUSED);
            assertThat(kept.why()).isEqualTo("Bad Request: chat not found");
        });
        open.resend(number);
        server.next().answer(TRUE);
        awaitEmpty(open);
        assertThat(open.undecided()).isEmpty();
    }

    @Test
    void line29WhatWaitsAtACloseIsThereForTheNext() throws Exception {
        SendQueue open = open();
        open.add(message(1, "a"));
        Arrived first = server.next();
        long behind = open.add(message(1, "b"));
        Thread closing = Thread.ofVirtual().start(open::close);
        while (closing.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
        first.answer(TRUE);
        closing.join();
        assertThat(store.slots()).containsExactly(new Slot(behind, "1", State.QUEUED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"load", "SENDING", "remove"})
    void line29AMomentWithoutMemoryEndsNoLane(String failing) throws Exception {
        store.failing.add(failing);
        SendQueue open = open();
        open.add(message(1, "a"));
        open.add(message(1, "b"));
        for (String text : List.of("a", "b")) {
            Arrived next = server.next();
            assertThat(text(next)).isEqualTo(text);
            next.answer(TRUE);
        }
        awaitEmpty(open);
        assertThat(heard).containsExactly("trouble " + failing);
        open.close();
        assertThat(server.arrivedAndNotTaken()).isZero();
    }

    @Test
    void line29AnErrorWhileACallIsOnItsWayLeavesADoubt() throws Exception {
        SendQueue open = open();
        long number = open.add(message(1, "a"));
        Arrived first = server.next();
        store.failing.add("MAYBE_SENT");
        first.fail(new OutOfMemoryError("in the client"));
        awaitState(number, State.MAYBE_SENT);
        open.add(message(2, "c"));
        server.next().answer(TRUE);
        open.close();
        assertThat(heard).containsExactly("trouble in the client", "trouble MAYBE_SENT", "maybe " + number);
        assertThat(server.arrivedAndNotTaken()).isZero();
    }

    @Test
    void aFileThatIsUploadedIsNotTaken() throws Exception {
        SendQueue open = open();
        var document = SendDocument.of(1, InputFile.upload("a.txt", new byte[] {1}));
        assertThatThrownBy(() -> open.add(document)).isInstanceOf(IllegalArgumentException.class);
        open.add(SendDocument.of(1, InputFile.reference("some_file_id")));
        server.next().answer(TRUE);
        assertThat(List.copyOf(heard)).isEmpty();
    }
}
