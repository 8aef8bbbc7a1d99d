package io.botmesh.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Looks for other people's runners, each with the libraries that it is shipped with. */
final class OtherPeers {
    final List<Peer> found = new ArrayList<>();
    /** Those that cannot be measured here, and why. */
    final List<String> missing = new ArrayList<>();

    OtherPeers() throws IOException, InterruptedException {
        // A test runs in this module's folder, make in the one above.
        var home = Path.of(Files.isDirectory(Path.of("bench")) ? "bench" : "").toAbsolutePath();
        grammy(home.resolve("grammy"));
        java(
                home.resolve("telegrambots"),
                "TelegramBots",
                "telegrambots-longpolling",
                "io.botmesh.telegrambotspeer.TelegramBotsPeer");
        java(
                home.resolve("pengrad"),
                "java-telegram-bot-api",
                "java-telegram-bot-api",
                "io.botmesh.pengradpeer.PengradPeer");
    }

    private void java(Path module, String name, String artifact, String main) throws IOException {
        var list = module.resolve("target/class-path");
        var classes = module.resolve("target/classes");
        if (!Files.exists(list) || !Files.isDirectory(classes)) {
            missing.add(name + " (it is not built)");
            return;
        }
        var libraries = Files.readString(list);
        var classPath = classes + File.pathSeparator + libraries;
        found.add(new Peer(
                name + " " + version(Pattern.quote(artifact) + "-([0-9.]+)\\.jar", libraries),
                (port, mode, number) ->
                        Child.startApart(Consumers.CONSUMER_CPU, classPath, main, port, mode, Long.toString(number))));
    }

    private void grammy(Path folder) throws IOException, InterruptedException {
        var why = install(folder);
        if (!why.isEmpty()) {
            missing.add("grammY (" + why + ")");
            return;
        }
        var lock = Files.readString(folder.resolve("package-lock.json"));
        found.add(new Peer(
                "grammY " + locked("grammy", lock) + " with runner " + locked("@grammyjs/runner", lock),
                (port, mode, number) -> Child.startOn(
                        Consumers.CONSUMER_CPU,
                        folder,
                        List.of("node", "peer.mjs", port, mode, Long.toString(number)))));
    }

    private static String locked(String name, String lock) {
        return version("\"node_modules/" + name + "\": \\{\\s*\"version\": \"([^\"]+)\"", lock);
    }

    private static String version(String pattern, String text) {
        var version = Pattern.compile(pattern).matcher(text);
        return version.find() ? version.group(1) : "of unknown version";
    }

    /** Why it cannot be run, empty if it can. */
    private static String install(Path folder) throws IOException, InterruptedException {
        var lock = folder.resolve("package-lock.json");
        var installed = folder.resolve("node_modules/.package-lock.json");
        if (!runs(folder, "node", "--version")) return "Node.js is missing";
        if (Files.exists(installed)
                && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) return "";
        return runs(folder, "npm", "ci", "--no-audit", "--no-fund") ? "" : "npm ci fails in bench/grammy";
    }

    private static boolean runs(Path folder, String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(2, TimeUnit.MINUTES)) return process.exitValue() == 0;
            process.destroyForcibly();
            return false;
        } catch (IOException missing) {
            return false;
        }
    }
}
