package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Installs what a package's lock file names. */
final class Npm {
    private Npm() {}

    /** Does nothing if that is there already. */
    static void install(Path directory) throws IOException, InterruptedException {
        var lock = directory.resolve("package-lock.json");
        var installed = directory.resolve("node_modules/.package-lock.json");
        if (Files.exists(installed)
                && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
            return;
        }
        var npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
                .directory(directory.toFile())
                .redirectErrorStream(true);
        Process process;
        try {
            process = npm.start();
        } catch (IOException missing) {
            throw new AssertionError("this test needs Node.js 20 or newer with npm on the PATH", missing);
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("npm ci: %s", output).isZero();
    }
}
