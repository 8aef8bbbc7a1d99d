package io.botmesh.world;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way back to whoever made a call. */
final class Answer {
    private final CompletableFuture<Reply> future = new CompletableFuture<>();
    private final Agenda agenda;
    private final Supplier<Duration> latency;
    private @Nullable Reply given;

    /** The latency is asked for once, when there is something to say. */
    Answer(Agenda agenda, Supplier<Duration> latency) {
        this.agenda = agenda;
        this.latency = latency;
    }

    CompletableFuture<Reply> future() {
        return future;
    }

    /** Null as long as there is nothing to say. */
    @Nullable
    Reply given() {
        return given;
    }

    /** Lets the reply go, now or when the latency is over. */
    void give(Reply reply) {
        given = reply;
        var late = latency.get();
        if (late.isZero()) {
            agenda.depart(() -> future.complete(reply));
        } else {
            agenda.at(agenda.now().plus(late), () -> agenda.depart(() -> future.complete(reply)));
        }
    }
}
