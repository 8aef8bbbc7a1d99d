package io.botmesh.webhook;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;

/** Collects a request's body as it arrives; holds no thread meanwhile. */
final class Body implements Runnable {
    /** The body is larger than the cap. */
    static final class TooLarge extends Exception {
        TooLarge() {
            super("the body is larger than the cap", null, false, false);
        }
    }

    private final Content.Source source;
    private final int cap;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    private Body(Content.Source source, int cap) {
        this.source = source;
        this.cap = cap;
    }

    /** Completes exceptionally with {@link TooLarge}, or with what ended the connection. */
    static CompletableFuture<byte[]> of(Content.Source source, int cap) {
        var body = new Body(source, cap);
        body.run();
        return body.whole;
    }

    @Override
    public void run() {
        while (true) {
            var chunk = source.read();
            if (chunk == null) {
                source.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                whole.completeExceptionally(chunk.getFailure());
                return;
            }
            boolean last = chunk.isLast();
            boolean fits = bytes.size() + chunk.remaining() <= cap;
            if (fits) {
                byte[] part = new byte[chunk.remaining()];
                chunk.get(part, 0, part.length);
                bytes.write(part, 0, part.length);
            }
            chunk.release();
            if (!fits) {
                whole.completeExceptionally(new TooLarge());
                return;
            }
            if (last) {
                whole.complete(bytes.toByteArray());
                return;
            }
        }
    }
}
