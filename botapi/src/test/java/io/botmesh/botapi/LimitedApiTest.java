package io.botmesh.botapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiException.FloodWait;
import io.botmesh.botapi.ManualApi.Arrived;
import io.botmesh.botapi.TransportException.Happened;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Section 6, line 28, with threads that wait, on a clock of the test's. */
@Timeout(300)
class LimitedApiTest {
    private static final Object SENT = new Object();

    private final ManualApi server = new ManualApi();
    private final FakeTicking time = new FakeTicking();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private LimitedApi api = with(LimitOptions.defaults());

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private LimitedApi with(LimitOptions options) {
        return new LimitedApi(server, options, time, new Random(1));
    }

    private Future<?> start(Callable<?> work) {
        return threads.submit(work);
    }

    private Future<?> send(long chat, String text) {
        return start(() -> {
            Object unused = api.<Object>call(cast(SendMessage.of(chat, text))); // what the fake answers is no Message
            return true;
        });
    }

    @SuppressWarnings("unchecked")
    private static ApiCall<Object> cast(ApiCall<?> call) {
        return (ApiCall<Object>) call;
    }

    private static Throwable failure(Future<?> call) throws Exception {
        try {
            call.get();
            throw new AssertionError("it succeeded");
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    @Test
    void line28MessagesToAChatGoInTheOrderMadeAlsoAfterARefusal() throws Exception {
        var zero = send(1, "0");
        Arrived first = server.next();
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            calls.add(send(1, Integer.toString(i)));
            time.awaitWaiting(i);
        }
        first.flood(3);
        time.awaitWaiting(51);
        assertThat(server.arrivedAndNotTaken()).isZero();
        time.advance(Duration.ofSeconds(3));
        for (int i = 0; i <= 50; i++) {
            Arrived next = server.next();
            assertThat(next.text()).isEqualTo(Integer.toString(i));
            next.answer(SENT);
        }
        zero.get();
        for (Future<?> call : calls) call.get();
    }

    @Test
    void line28ACallThatCannotFitFailsAtOnceAndSoDoThoseBehindIt() throws Exception {
        Future<?> first = send(1, "first");
        Arrived out = server.next();
        Future<?> second = start(() -> api.<Object>call(cast(SendMessage.of(1, "second")), Duration.ofSeconds(20)));
        Future<?> patient = start(() -> api.<Object>call(cast(SendMessage.of(1, "patient")), Duration.ofMinutes(4)));
        time.awaitWaiting(2);
        out.flood(130);
        assertThat(failure(first)).isInstanceOf(FloodWait.class).hasMessageContaining("retry after 130");
        assertThat(failure(second)).isInstanceOfSatisfying(FloodWait.class, wait -> {
            assertThat(wait).hasMessageContaining("not sent");
            assertThat(wait.retryAfter()).isEqualTo(Duration.ofSeconds(130));
        });
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(130));
        server.next().answer(SENT);
        patient.get();
    }

    @Test
    void line28NobodyWaitsLongerThanTheCap() throws Exception {
        api = with(LimitOptions.defaults().withLongestWait(Duration.ofSeconds(60)));
        Future<?> call = start(() -> api.<Object>call(cast(SendMessage.of(1, "x")), Duration.ofHours(1)));
        server.next().flood(61);
        assertThat(failure(call)).isInstanceOf(FloodWait.class);
        Future<?> later = start(() -> api.<Object>call(cast(SendMessage.of(1, "y")), Duration.ofHours(1)));
        assertThat(failure(later)).isInstanceOf(FloodWait.class);
        assertThat(server.arrivedAndNotTaken()).isZero();
    }

    @Test
    void line28ATurnThatDoesNotComeInTimeIsAFloodWaitToo() throws Exception {
        var slow = send(1, "slow");
        Arrived out = server.next();
        Future<?> call = start(() -> api.<Object>call(cast(SendMessage.of(1, "x")), Duration.ofSeconds(5)));
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(5));
        assertThat(failure(call)).isInstanceOf(FloodWait.class).hasMessageContaining("not sent");
        out.answer(SENT);
        slow.get();
    }

    @Test
    void line28AnswersPassWhileTheChatRests() throws Exception {
        Future<?> message = send(1, "x");
        server.next().flood(60);
        time.awaitWaiting(1);
        Future<?> answer = start(() -> api.call(AnswerCallbackQuery.of("7")));
        Arrived out = server.next();
        assertThat(out.call).isInstanceOf(AnswerCallbackQuery.class);
        out.answer(true);
        assertThat(answer.get()).isEqualTo(true);
        assertThat(message.isDone()).isFalse();
    }

    @Test
    void line28OneWatcherOfTheClockHandsOverToTheNext() throws Exception {
        Future<?> one = send(1, "one");
        Future<?> two = send(2, "two");
        for (int i = 0; i < 2; i++) {
            Arrived out = server.next();
            out.flood(out.text().equals("one") ? 5 : 9);
        }
        time.awaitWaiting(2);
        time.advance(Duration.ofSeconds(5));
        Arrived first = server.next();
        assertThat(first.text()).isEqualTo("one");
        first.answer(SENT);
        one.get();
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(4));
        server.next().answer(SENT);
        two.get();
    }

    @Test
    void line28AnInterruptedCallLeavesTheLine() throws Exception {
        Future<?> sent = send(1, "first");
        Arrived first = server.next();
        Future<?> second = send(1, "second");
        time.awaitWaiting(1);
        Future<?> third = send(1, "third");
        time.awaitWaiting(2);
        second.cancel(true);
        time.awaitWaiting(1);
        first.answer(SENT);
        Arrived next = server.next();
        assertThat(next.text()).isEqualTo("third");
        next.answer(SENT);
        third.get();
        sent.get();
        assertThat(api.stats().waiting()).isZero();
        assertThat(api.stats().onTheWay()).isZero();
    }

    @Test
    void line28AnInterruptedCallOnItsWayFreesItsChat() throws Exception {
        Future<?> first = send(1, "first");
        server.next();
        Future<?> second = send(1, "second");
        time.awaitWaiting(1);
        first.cancel(true);
        server.next().answer(SENT);
        second.get();
    }

    @Test
    void line28WhoeverCountsHandlersIsToldOfAWaitAndOfItsEndBeforeTheAnswer() throws Exception {
        List<String> told = new ArrayList<>();
        var telling = api.telling(new Waiting() {
            @Override
            public <T> T whileWaiting(Callable<T> wait) throws Exception {
                told.add("waits");
                try {
                    return wait.call();
                } finally {
                    told.add("is back");
                }
            }
        });
        var quick = start(() -> telling.<Object>call(cast(SendMessage.of(1, "quick"))));
        server.next().answer(SENT);
        quick.get();
        assertThat(told).as("a call that goes at once").isEmpty();

        var call = start(() -> {
            try {
                return telling.<Object>call(cast(SendMessage.of(2, "x")));
            } finally {
                told.add("answered");
            }
        });
        server.next().flood(2);
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(2));
        server.next().flood(2);
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(2));
        server.next().answer(SENT);
        call.get();
        assertThat(told).containsExactly("waits", "is back", "answered");
    }

    @Test
    void line28ACallThatSurelyDidNotHappenGoesAgain() throws Exception {
        Future<?> call = send(1, "x");
        server.next().fail(new TransportException(Happened.NO, "no connection", null));
        Future<?> behind = send(1, "y");
        time.awaitWaiting(2);
        time.advance(Duration.ofSeconds(1));
        Arrived again = server.next();
        assertThat(again.text()).as("still before the other").isEqualTo("x");
        again.answer(SENT);
        call.get();
        server.next().answer(SENT);
        behind.get();
        assertThat(api.stats().repeats()).isEqualTo(1);
    }

    /** A file that is gone by then, above all: those behind it must not wait for it, and it will not be there later. */
    @Test
    void line28WhatCannotBeReadDoesNotGoAgainAndHoldsNobodyUp() throws Exception {
        Future<?> first = send(1, "first");
        Arrived out = server.next();
        Future<?> second = send(1, "second");
        time.awaitWaiting(1);
        var lost = TransportException.unreadable("gone", new IOException("gone"));
        out.fail(lost);
        assertThat(failure(first)).isSameAs(lost);
        server.next().answer(SENT);
        second.get();
    }

    @Test
    void line28ASendThatMayHaveHappenedDoesNotGoAgain() throws Exception {
        Future<?> call = send(1, "x");
        server.next().fail(new TransportException(Happened.UNKNOWN, "no answer", null));
        assertThat(failure(call)).isInstanceOf(TransportException.class);
        assertThat(server.arrivedAndNotTaken()).isZero();
    }

    @Test
    void line28ASendThatMayHaveHappenedGoesAgainIfAsked() throws Exception {
        api = with(LimitOptions.defaults().withRepeatSends(true));
        Future<?> call = send(1, "x");
        server.next().fail(new TransportException(Happened.UNKNOWN, "no answer", null));
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(1));
        server.next().answer(SENT);
        call.get();
    }

    @Test
    void line28ACallThatMayHappenTwiceGoesAgainAndARefusalTellsOfTheFirst() throws Exception {
        Future<?> call = start(() -> api.call(DeleteMessage.of(1, 5)));
        var lost = new TransportException(Happened.UNKNOWN, "no answer", null);
        server.next().fail(lost);
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(1));
        server.next()
                .fail(new ApiException.Rejected(
                        "deleteMessage", 400, "Bad Request: message to delete not found", null));
        assertThat(failure(call)).isInstanceOf(ApiException.Rejected.class).hasSuppressedException(lost);
    }

    @Test
    void line28WhatMayHaveHappenedOnceIsNeverSaidNotToHave() throws Exception {
        Future<?> call = start(() -> api.call(GetMe.of(), Duration.ofSeconds(2)));
        server.next().fail(new TransportException(Happened.UNKNOWN, "no answer", null));
        time.awaitWaiting(1);
        time.advance(Duration.ofMillis(500));
        server.next().fail(new TransportException(Happened.NO, "no connection", null));
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(1));
        server.next().fail(new TransportException(Happened.NO, "no connection", null));
        assertThat(failure(call))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.happened()).isEqualTo(Happened.UNKNOWN));
    }

    @Test
    void line28ATryHasTheTimeThatIsLeft() throws Exception {
        Future<?> call = start(() -> api.<Object>call(cast(SendMessage.of(1, "x")), Duration.ofSeconds(10)));
        Arrived first = server.next();
        assertThat(first.deadline).isEqualTo(Duration.ofSeconds(10));
        first.flood(4);
        time.awaitWaiting(1);
        time.advance(Duration.ofSeconds(4));
        Arrived second = server.next();
        assertThat(second.deadline).isEqualTo(Duration.ofSeconds(6));
        second.answer(SENT);
        call.get();
        Future<?> other = send(1, "y");
        Arrived third = server.next();
        assertThat(third.deadline).as("a call that names none").isEqualTo(Duration.ofSeconds(30));
        third.answer(SENT);
        other.get();
    }

    @Test
    void aRefusalIsHandedOnAndFreesTheChat() throws Exception {
        Future<?> call = send(1, "x");
        Arrived out = server.next();
        Future<?> behind = send(1, "y");
        time.awaitWaiting(1);
        out.fail(new ApiException.Rejected("sendMessage", 403, "Forbidden: bot was blocked by the user", null));
        assertThat(failure(call)).isInstanceOf(ApiException.Rejected.class);
        server.next().answer(SENT);
        behind.get();
    }

    @Test
    void aDeadlineIsPositive() {
        assertThatThrownBy(() -> api.call(GetMe.of(), Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Threads that come and go: all get an answer, none goes out while its chat is busy. */
    @Test
    void line28ManyThreadsAndRefusalsLeaveNobodyBehind() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("LimitedApiTest seed " + seed);
        var random = new Random(seed);
        api = with(LimitOptions.defaults().withDeadline(Duration.ofDays(10)));
        var finished = new CompletableFuture<Void>();
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 300; i++) calls.add(send(1 + random.nextInt(20), Integer.toString(i)));
        Thread.ofVirtual().start(() -> {
            try {
                for (Future<?> call : calls) call.get();
                finished.complete(null);
            } catch (InterruptedException | ExecutionException e) {
                finished.completeExceptionally(e);
            }
        });
        while (!finished.isDone()) {
            if (server.arrivedAndNotTaken() == 0) {
                time.advance(Duration.ofMillis(random.nextInt(50)));
                Thread.onSpinWait();
                continue;
            }
            Arrived next = server.next();
            switch (random.nextInt(8)) {
                case 0 -> next.flood(1);
                case 1 -> next.fail(new TransportException(Happened.NO, "no connection", null));
                default -> next.answer(SENT);
            }
        }
        finished.get();
    }
}
