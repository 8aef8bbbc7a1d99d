package io.botmesh.cli;

import io.botmesh.mesh.ReceivedObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes files one after the other, as many as are wanted. One that comes beyond that, or whose place fails, is not done: it comes again with
 * the next run.
 */
final class ObjectTaking {
    /** Where they go. */
    interface Place {
        void put(ReceivedObject object) throws Exception;
    }

    private final @Nullable Integer most;
    private final Serving serving;
    private final Place place;
    private final ReentrantLock one = new ReentrantLock();
    private final CompletableFuture<Integer> broken = new CompletableFuture<>();
    private int taken;

    /** @param most files, null for any number */
    ObjectTaking(@Nullable Integer most, Serving serving, Place place) {
        this.most = most;
        this.serving = serving;
        this.place = place;
    }

    /** @throws InterruptedException if it is to come again, which no log tells of */
    void take(ReceivedObject object) throws InterruptedException {
        one.lockInterruptibly();
        try {
            if (broken.isDone() || (most != null && taken >= most)) throw new InterruptedException();
            try {
                place.put(object);
            } catch (Exception failed) {
                broken.completeExceptionally(failed);
                serving.end();
                throw new InterruptedException();
            }
            taken++;
            serving.count();
        } finally {
            one.unlock();
        }
    }

    /** The exit code, or what went wrong with a file. */
    int end(int code) throws Exception {
        return broken.isDone() ? broken.get() : code;
    }
}
