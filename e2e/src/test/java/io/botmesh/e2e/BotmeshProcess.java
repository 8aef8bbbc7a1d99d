package io.botmesh.e2e;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The botmesh command in a process of its own, as the launcher would start it. */
final class BotmeshProcess implements AutoCloseable {
    private static final Launch LAUNCH = Launch.prepare();
    private static final long MOST_SECONDS = 300;

    private final Process process;
    private final Said errSoFar = new Said();
    private final CompletableFuture<byte[]> out;
    private final CompletableFuture<byte[]> err;

    /** How it ended. */
    static final class Ended {
        private final int exitCode;
        private final byte[] out;
        private final String err;

        private Ended(int exitCode, byte[] out, byte[] err) {
            this.exitCode = exitCode;
            this.out = out;
            this.err = new String(err, StandardCharsets.UTF_8);
        }

        int exitCode() {
            return exitCode;
        }

        byte[] outBytes() {
            return out.clone();
        }

        String out() {
            return new String(out, StandardCharsets.UTF_8);
        }

        String err() {
            return err;
        }

        @Override
        public String toString() {
            return "exit code " + exitCode + "\n" + out() + "\n" + err;
        }
    }

    /** What it has said so far; who waits for a word is woken by it. */
    private static final class Said extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition more = lock.newCondition();
        private boolean over;

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] some, int from, int length) {
            lock.lock();
            try {
                bytes.write(some, from, length);
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                over = true;
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Until that text stands there; fails when there is nothing to come, or for too long. */
        void await(String text) throws InterruptedException {
            long left = TimeUnit.SECONDS.toNanos(MOST_SECONDS);
            lock.lock();
            try {
                while (!toString().contains(text)) {
                    if (over || left <= 0) throw new AssertionError("not said: " + text + "\n" + this);
                    left = more.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        }

        byte[] all() {
            lock.lock();
            try {
                return bytes.toByteArray();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public String toString() {
            return new String(all(), StandardCharsets.UTF_8);
        }
    }

    private BotmeshProcess(Process process, InputStream in) {
        this.process = process;
        out = read(process.getInputStream(), new Said());
        err = read(process.getErrorStream(), errSoFar);
        Thread.ofVirtual().name("stdin").start(() -> write(in));
    }

    /** Starts it with its temporary files below that directory. */
    static BotmeshProcess start(Path temporary, InputStream in, String... arguments) {
        return start(List.of(), temporary, in, arguments);
    }

    /** The same through another command, such as {@code unshare}. */
    static BotmeshProcess start(List<String> through, Path temporary, InputStream in, String... arguments) {
        var command = new ArrayList<>(through);
        command.addAll(LAUNCH.java());
        command.addAll(List.of("-Xmx512m", "-Djava.io.tmpdir=" + temporary, "-Duser.language=tr"));
        command.addAll(LAUNCH.program());
        command.addAll(List.of(arguments));
        try {
            return new BotmeshProcess(new ProcessBuilder(command).start(), in);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Runs it to its end with nothing on its standard input. */
    static Ended run(Path temporary, String... arguments) throws InterruptedException {
        return run(temporary, new byte[0], arguments);
    }

    /** Runs it to its end with these bytes on its standard input. */
    static Ended run(Path temporary, byte[] in, String... arguments) throws InterruptedException {
        try (var process = start(temporary, new ByteArrayInputStream(in), arguments)) {
            return process.awaitEnd();
        }
    }

    Process process() {
        return process;
    }

    /** Until that text stands on its standard error. */
    void awaitErr(String text) throws InterruptedException {
        errSoFar.await(text);
    }

    /** What it has said on stderr until now. */
    String err() {
        return errSoFar.toString();
    }

    Ended awaitEnd() throws InterruptedException {
        return awaitEnd(MOST_SECONDS);
    }

    Ended awaitEnd(long mostSeconds) throws InterruptedException {
        if (!process.waitFor(mostSeconds, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError(
                    "still running after " + mostSeconds + " s\n" + new String(err.join(), StandardCharsets.UTF_8));
        }
        return new Ended(process.exitValue(), out.join(), err.join());
    }

    /** SIGTERM. Its last words can be read: Process.destroy would close the pipes. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }

    private static CompletableFuture<byte[]> read(InputStream stream, Said said) {
        var all = new CompletableFuture<byte[]>();
        Thread.ofVirtual().name("reads").start(() -> {
            try (stream) {
                stream.transferTo(said);
            } catch (IOException gone) {
                // with the process
            }
            said.close();
            all.complete(said.all());
        });
        return all;
    }

    private void write(InputStream in) {
        try (var out = process.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException closed) {
            // It does not want more.
        }
    }
}
