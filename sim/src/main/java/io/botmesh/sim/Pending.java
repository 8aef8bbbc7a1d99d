package io.botmesh.sim;

import io.botmesh.emulator.Desk;
import java.util.concurrent.CompletableFuture;

/** The server has not answered yet: the call is made again when it has, and gets that answer. */
final class Pending extends RuntimeException {
    final transient CompletableFuture<Desk.Answer> answer;

    Pending(CompletableFuture<Desk.Answer> answer) {
        super("not answered yet", null, false, false);
        this.answer = answer;
    }
}
