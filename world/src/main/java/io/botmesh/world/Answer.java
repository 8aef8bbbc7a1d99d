package io.botmesh.world;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The way back to whoever made a call. */
final class Answer {
    private final CompletableFuture<Reply> future = new CompletableFuture<>();
    private final Agenda agenda;
    private final Supplier<Duration> latency;
    private final Consumer<Reply> onLeaving;
    private UnaryOperator<Reply> words = UnaryOperator.identity();
    private Duration later = Duration.ZERO;
    private @Nullable Reply given;
    private @Nullable Reply instead;
    private boolean ended;
    private Runnable whenSaid = () -> {};

    /**
     * @param latency   asked for once, when there is something to say
     * @param onLeaving told what leaves, when it does
     */
    Answer(Agenda agenda, Supplier<Duration> latency, Consumer<Reply> onLeaving) {
        this.agenda = agenda;
        this.latency = latency;
        this.onLeaving = onLeaving;
    }

    /** One that nobody waits for. */
    static Answer toNobody(Agenda agenda) {
        return new Answer(agenda, () -> Duration.ZERO, reply -> {});
    }

    CompletableFuture<Reply> future() {
        return future;
    }

    /** Null as long as there is nothing to say. */
    @Nullable
    Reply given() {
        return given;
    }

    /** The reply, once there is one, takes that much longer. */
    void delay(Duration by) {
        later = later.plus(by);
    }

    /** The reply is put into other words before it leaves. */
    void reword(UnaryOperator<Reply> other) {
        words = other;
    }

    /** That leaves in the place of whatever will be said. */
    void replaceBy(Reply reply) {
        instead = reply;
    }

    /** Whatever will be said, nothing leaves. */
    void silence() {
        ended = true;
    }

    /** Is run when the reply leaves, or would, after those that were given before. */
    void whenSaid(Runnable action) {
        var before = whenSaid;
        whenSaid = () -> {
            before.run();
            action.run();
        };
    }

    /** Lets the reply go, now or when the latency is over. */
    void give(Reply said) {
        var reply = words.apply(said);
        given = reply;
        var late = latency.get().plus(later);
        var leaves = instead == null ? reply : instead;
        if (late.isZero()) {
            say(leaves);
        } else {
            agenda.at(agenda.now().plus(late), () -> say(leaves));
        }
    }

    private void say(Reply reply) {
        whenSaid.run();
        leave(reply);
    }

    /** Lets the reply go at once, if none has gone yet. */
    void leave(Reply reply) {
        if (ended) return;
        ended = true;
        onLeaving.accept(reply);
        agenda.depart(() -> future.complete(reply));
    }
}
