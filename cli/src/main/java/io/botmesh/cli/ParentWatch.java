package io.botmesh.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The child's side of {@link ChildProcess}: lines come from the parent, and when it is gone this process ends at once. */
final class ParentWatch {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private ParentWatch() {}

    static ParentWatch start(InputStream in) {
        var watch = new ParentWatch();
        Thread.ofPlatform().name("parent-watch").daemon().start(() -> watch.read(in));
        return watch;
    }

    /** Waits until the parent has said so. */
    void await(String line) throws InterruptedException {
        while (!lines.take().equals(line)) {} // anything else is for nobody
    }

    private void read(InputStream in) {
        try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) lines.add(line);
        } catch (IOException gone) {
            // As the end of the stream.
        }
        Runtime.getRuntime().halt(ExitCodes.FAILED);
    }
}
