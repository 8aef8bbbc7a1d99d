package io.botmesh.bot;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for stages as a handler does. */
final class Async {
    private Async() {}

    /** Returns when the stage has ended, or throws what it failed with. An interrupt cancels it. */
    static void await(@Nullable CompletionStage<?> stage) throws Exception {
        if (stage == null) throw new IllegalStateException("an asynchronous handler returned null, not a stage");
        CompletableFuture<?> future = stage.toCompletableFuture();
        try {
            future.get();
        } catch (InterruptedException asked) {
            future.cancel(true);
            throw asked;
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw failed;
            }
        }
    }
}
