package io.botmesh.bot;

import io.botmesh.botapi.ApiCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Whether one callback query has been answered, by its handlers or in their place. Thread-safe. */
final class CallbackAnswer {
    private enum State {
        OPEN,
        UNDER_WAY,
        DONE
    }

    interface Call<R> {
        R run() throws InterruptedException;
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final CompletableFuture<Boolean> timeIsUp = new CompletableFuture<>();

    /** Whether the call is such an answer, under whatever type. */
    static boolean isAnswer(ApiCall<?> call) {
        return call.method().equalsIgnoreCase("answerCallbackQuery");
    }

    /** True when the time for an answer in their place has come, false if that does not matter any more. */
    CompletableFuture<Boolean> timeIsUp() {
        return timeIsUp;
    }

    boolean isOpen() {
        return state.get() == State.OPEN;
    }

    /** An answer of the handlers; one that fails leaves the query as it was. */
    <R> R byHandler(Call<R> call) throws InterruptedException {
        return under(state.getAndSet(State.UNDER_WAY), call);
    }

    /** An answer in their place, unless there is one or one is on its way. */
    void inPlace(Call<?> call) throws InterruptedException {
        if (state.compareAndSet(State.OPEN, State.UNDER_WAY)) under(State.OPEN, call);
    }

    private <R> R under(State before, Call<R> call) throws InterruptedException {
        State after = before;
        try {
            R result = call.run();
            after = State.DONE;
            return result;
        } finally {
            state.set(after);
        }
    }
}
