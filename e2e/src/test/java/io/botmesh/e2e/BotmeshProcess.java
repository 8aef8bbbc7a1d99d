package io.botmesh.e2e;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The botmesh command in a process of its own, as the launcher would start it. */
final class BotmeshProcess implements AutoCloseable {
    private static final Launch LAUNCH = Launch.prepare();
    private static final long MOST_SECONDS = 300;

    private final Process process;
    private final ByteArrayOutputStream errSoFar = new ByteArrayOutputStream(); // synchronizes itself
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

    private BotmeshProcess(Process process, InputStream in) {
        this.process = process;
        out = read(process.getInputStream(), new ByteArrayOutputStream());
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
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (true) {
            boolean last = err.isDone() || System.nanoTime() - deadline > 0;
            if (errSoFar.toString(StandardCharsets.UTF_8).contains(text)) return;
            if (last) throw new AssertionError("not said: " + text + "\n" + errSoFar.toString(StandardCharsets.UTF_8));
            TimeUnit.MILLISECONDS.sleep(20);
        }
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

    private static CompletableFuture<byte[]> read(InputStream stream, ByteArrayOutputStream bytes) {
        var all = new CompletableFuture<byte[]>();
        Thread.ofVirtual().name("reads").start(() -> {
            try (stream) {
                stream.transferTo(bytes);
            } catch (IOException gone) {
                // with the process
            }
            all.complete(bytes.toByteArray());
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
