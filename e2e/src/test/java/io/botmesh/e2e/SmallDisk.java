package io.botmesh.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of 1 MiB that one process sees, until it says that it is full; then it has 64 MiB. */
final class SmallDisk {
    private static final String SCRIPT = "mount -t tmpfs -o size=1m small \"$0\" || exit 99; exec 3<&0;"
            + " \"$@\" <&3 2> \"$0.said\" & p=$!; exec 3<&-;"
            + " until grep -q 'disk is full\\|No space left' \"$0.said\"; do kill -0 $p || exit 98; sleep 0.05; done;"
            + " mount -o remount,size=64m \"$0\" && wait $p";

    private final Path place;

    private SmallDisk(Path place) {
        this.place = place;
    }

    /** At a place where nothing is; skips the test where that may not be done. */
    static SmallDisk make(Path place) throws IOException, InterruptedException {
        Files.createDirectory(place);
        var process = new ProcessBuilder(
                        "unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=1m", "small", place.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(
                process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0,
                "no right to mount a small file system");
        return new SmallDisk(place);
    }

    /** A file on it. */
    String file(String name) {
        return place.resolve(name).toString();
    }

    /** A botmesh command that sees it; its exit code is 98 if it ended before the disk was full. */
    BotmeshProcess start(Path temporary, InputStream in, String... arguments) {
        return BotmeshProcess.start(
                List.of("unshare", "-m", "sh", "-c", SCRIPT, place.toString()), temporary, in, arguments);
    }

    /** What that command has said on its standard error. */
    String said() throws IOException {
        return Files.readString(place.resolveSibling(place.getFileName() + ".said"));
    }
}
