package io.botmesh.cli;

import io.botmesh.mesh.MeshException;
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

    /** @throws MeshException.Left if it is for the next run */
    void take(ReceivedObject object) throws InterruptedException {
        one.lockInterruptibly();
        try {
            if (broken.isDone() || (most != null && taken >= most)) throw new MeshException.Left();
            try {
                place.put(object);
            } catch (Exception failed) {
                broken.completeExceptionally(failed);
                serving.end();
                throw new MeshException.Left();
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
