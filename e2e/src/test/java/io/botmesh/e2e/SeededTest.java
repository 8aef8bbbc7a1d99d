package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Chance in a test comes from a seed that somebody can give again. */
class SeededTest {
    private static final Path ROOT = Path.of("..");
    private static final Set<String> SKIPPED = Set.of("target", "node_modules", "main");
    private static final Pattern UNSEEDED =
            Pattern.compile("new (Splittable)?Random\\(\\)|Math\\.random\\(|ThreadLocalRandom\\.current\\(");

    @Test
    void noTestDrawsNumbersThatNoSeedRepeats() throws IOException {
        var sources = new ArrayList<Path>();
        var drawing = new ArrayList<Path>();
        for (Path source : tests()) {
            sources.add(source);
            if (UNSEEDED.matcher(Files.readString(source)).find()) drawing.add(source);
        }
        assertThat(sources).as("sources of tests").hasSizeGreaterThan(100);
        assertThat(drawing).as("draw without a seed").isEmpty();
    }

    private static List<Path> tests() throws IOException {
        var found = new ArrayList<Path>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean hidden = name.startsWith(".") && !folder.equals(ROOT);
                return hidden || SKIPPED.contains(name) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java") && file.toString().contains("test")) found.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
