package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import io.botmesh.world.CallFilter;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An emulator, a folder of peer files made for it, and processes of their nodes. */
final class NodeScene implements AutoCloseable {
    final Path folder;
    final Emulator emulator;
    private final List<Process> processes = new ArrayList<>();

    /** @param more words for {@code peers init} */
    NodeScene(Path folder, Emulator emulator, String nodes, String... more) {
        this.folder = folder;
        this.emulator = emulator;
        var words = new ArrayList<>(List.of("peers", "init", "--nodes", nodes));
        words.addAll(List.of("--emulator", emulator.control().toString(), "--dir", folder.toString()));
        words.addAll(List.of(more));
        assertThat(here(words.toArray(String[]::new)).code()).isZero();
    }

    /** What a command in this process has said. */
    record Said(int code, String out, String err) {}

    /** Runs a command in this process. */
    static Said here(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = Botmesh.run(new Terminal(InputStream.nullInputStream(), out, err), words);
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs a command on the scene's folder and its server in this process. */
    Said run(String... words) {
        return here(onScene(emulator.api().toString(), words).toArray(String[]::new));
    }

    private List<String> onScene(String api, String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--dir", folder.toString(), "--api", api));
        return all;
    }

    /** The same on a thread of its own. */
    CompletableFuture<Said> begin(String... words) {
        return CompletableFuture.supplyAsync(
                () -> run(words), task -> Thread.ofPlatform().daemon().start(task));
    }

    /** A command on the scene's folder and its server, in a process of its own. */
    Process start(String... words) throws IOException {
        return startAt(emulator.api().toString(), words);
    }

    /** The same with another server. */
    Process startAt(String api, String... words) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                "io.botmesh.cli.Botmesh"));
        command.addAll(onScene(api, words));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    /** Until bots have posted so many texts; the server tells of each call. */
    void awaitPosts(int wanted) throws IOException {
        var events = URI.create(emulator.control() + "/control/events").toURL();
        try (var told = new BufferedReader(new InputStreamReader(events.openStream(), StandardCharsets.UTF_8))) {
            while (posts() < wanted) if (told.readLine() == null) throw new EOFException("the emulator has stopped");
        }
    }

    private int posts() {
        return emulator.world()
                .calls()
                .list(CallFilter.all().withMethod("sendMessage").withOk(true))
                .size();
    }

    static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** All that a process prints, which has to end well. */
    static String rest(Process process) throws Exception {
        var bytes = new ByteArrayOutputStream();
        process.getInputStream().transferTo(bytes);
        assertThat(process.waitFor()).isZero();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** SIGKILL. */
    static void kill(Process process) throws InterruptedException {
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor()).isEqualTo(128 + 9);
    }

    @Override
    public void close() {
        for (var process : processes) process.destroyForcibly();
        try {
            for (var process : processes) process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        emulator.close();
    }
}
