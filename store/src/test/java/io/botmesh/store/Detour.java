package io.botmesh.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

/** A way to a server that can be made to swallow everything, as a network does whose other side is gone, or to break when it is told to. */
final class Detour implements AutoCloseable {
    /** What becomes of a connection that says something. */
    enum Cut {
        NONE,
        /** It breaks, and the server hears nothing of it. */
        BEFORE,
        /** The server hears and answers, and then it breaks, before the answer is passed on. */
        AFTER
    }

    private final ServerSocket door;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean swallows;
    private volatile Function<String, Cut> cuts = said -> Cut.NONE;

    Detour(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** @param cuts is asked about all that is said to the server, in the order of its connection; must be thread-safe */
    void cut(Function<String, Cut> cuts) {
        this.cuts = cuts;
    }

    /** From now on nothing arrives on the other side, and nobody is told. */
    void swallow() {
        set(true);
    }

    void deliver() {
        set(false);
    }

    private void set(boolean swallows) {
        lock.lock();
        try {
            this.swallows = swallows;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                var from = door.accept();
                var to = new Socket();
                open.add(from);
                open.add(to);
                to.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                var mute = new AtomicBoolean();
                carry(from, to, buffer -> said(buffer, mute));
                carry(to, from, buffer -> !mute.get());
            }
        } catch (IOException closed) {
            // The end.
        }
    }

    private boolean said(String words, AtomicBoolean mute) {
        var cut = cuts.apply(words);
        if (cut == Cut.AFTER) mute.set(true);
        return cut != Cut.BEFORE;
    }

    /** @param passes whether this may pass; if not, both sides are closed */
    private void carry(Socket from, Socket to, Predicate<String> passes) {
        Thread.ofVirtual().start(() -> {
            var buffer = new byte[8192];
            try (from;
                    to;
                    InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int read; (read = in.read(buffer)) >= 0; ) {
                    awaitWay();
                    if (!passes.test(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))) return;
                    out.write(buffer, 0, read);
                }
            } catch (IOException gone) {
                // One side has closed.
            } finally {
                open.remove(from);
            }
        });
    }

    private void awaitWay() {
        lock.lock();
        try {
            while (swallows) changed.awaitUninterruptibly();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nobody gets through, and all are told so. */
    void refuse() {
        deliver();
        try {
            door.close();
            for (var socket : open) socket.close();
        } catch (IOException stuck) {
            throw new UncheckedIOException(stuck);
        }
    }

    @Override
    public void close() {
        refuse();
    }
}
