package io.botmesh.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The counts that the demo has to equal, by the tools that everybody has. */
final class Shell {
    private Shell() {}

    /** What a command prints, with a path as its argument 0. */
    static String run(String command, Path path) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command, path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }

    /** Words with their counts, as {@code sort | uniq -c} finds them. */
    static Map<String, Long> wordCounts(List<Path> files) throws IOException, InterruptedException {
        var command = Stream.concat(
                        Stream.of(
                                "sh",
                                "-c",
                                "export LC_ALL=C; for f in \"$@\"; do cat \"$f\"; echo; done"
                                        + " | tr -cs 'A-Za-z' '\\n' | tr 'A-Z' 'a-z' | grep . | sort | uniq -c",
                                "count"),
                        files.stream().map(Path::toString))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var counts = new TreeMap<String, Long>();
        try (var lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.strip().split(" ", 2);
                counts.put(parts[1], Long.parseLong(parts[0]));
            }
        }
        process.waitFor();
        return counts;
    }
}
