package io.botmesh.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A way to a server that can be made to swallow everything, as a network does whose other side is gone. */
final class Detour implements AutoCloseable {
    private final ServerSocket door;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean swallows;

    Detour(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
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
                carry(from, to);
                carry(to, from);
            }
        } catch (IOException closed) {
            // The end.
        }
    }

    private void carry(Socket from, Socket to) {
        Thread.ofVirtual().start(() -> {
            var buffer = new byte[8192];
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int read; (read = in.read(buffer)) >= 0; ) {
                    awaitWay();
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

    @Override
    public void close() {
        deliver();
        try {
            door.close();
            for (var socket : open) socket.close();
        } catch (IOException stuck) {
            throw new UncheckedIOException(stuck);
        }
    }
}
