package io.botmesh.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How the command's processes are started: as the launcher does it, with classes linked beforehand by a training run. That takes jars; where
 * modules are folders of classes the processes start without.
 *
 * @param java    the JVM and its flags
 * @param program class path and class
 */
record Launch(List<String> java, List<String> program) {
    private static final String MAIN = "io.botmesh.cli.Botmesh";

    static Launch prepare() {
        var java = new ArrayList<String>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        java.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        String all = System.getProperty("java.class.path");
        List<String> jars = Arrays.stream(all.split(File.pathSeparator, -1))
                .filter(entry -> entry.endsWith(".jar"))
                .toList();
        if (jars.stream().noneMatch(jar -> Path.of(jar).endsWith("cli/target/botmesh.jar")))
            return new Launch(java, List.of("-cp", all, MAIN));
        var program = List.of("-cp", String.join(File.pathSeparator, jars), MAIN);
        Path cache = Path.of(System.getProperty("basedir", "."), "target", "botmesh.aot")
                .toAbsolutePath();
        if (train(java, program, cache))
            java.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-Dbotmesh.cache=" + cache));
        return new Launch(java, program);
    }

    private static boolean train(List<String> java, List<String> program, Path cache) {
        var command = new ArrayList<>(java);
        command.add("-XX:AOTCacheOutput=" + cache);
        command.addAll(program);
        command.add("warm-up");
        try {
            Files.deleteIfExists(cache);
            var training = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(cache.resolveSibling("aot.log").toFile())
                    .start();
            if (!training.waitFor(2, TimeUnit.MINUTES)) training.destroyForcibly();
            return Files.exists(cache);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
