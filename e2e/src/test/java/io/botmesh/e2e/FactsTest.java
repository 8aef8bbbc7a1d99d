package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables in docs/emulator.md and docs/runner.md name tests that are there. */
class FactsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+[a-z]?) \\|.*\\| ([^|]+) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w*)(?:\\.(\\w+))?`");

    @Test
    void everyFactNamesTestsThatExistAndHasANumberOfItsOwn() throws IOException {
        List<String> wrong = new ArrayList<>();
        var numbers = new HashSet<String>();
        for (var line : Files.readAllLines(ROOT.resolve("docs/emulator.md"))) {
            var row = ROW.matcher(line);
            if (!row.find()) continue;
            if (!numbers.add(row.group(1))) wrong.add(row.group(1) + " stands there twice");
            var tests = TEST.matcher(row.group(2));
            var source = "";
            int named = 0;
            for (; tests.find(); named++) {
                if (!tests.group(1).isEmpty()) source = source(tests.group(1));
                if (source.isEmpty()) {
                    wrong.add(row.group(1) + ": no test class " + tests.group(1));
                } else if (tests.group(2) != null && !source.contains("void " + tests.group(2) + "(")) {
                    wrong.add(row.group(1) + ": no test " + tests.group(2));
                }
            }
            if (named == 0) wrong.add(row.group(1) + " names no test");
        }
        assertThat(numbers).hasSizeGreaterThan(40);
        assertThat(wrong).isEmpty();
    }

    /** There a star ends the beginning of a name that several tests share. */
    @Test
    void everyTestThatTheRunnersPageNamesExists() throws IOException {
        var named = Pattern.compile("`(\\w+Test)(?:\\.(\\w+)(\\*?))?`");
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (var line : Files.readAllLines(ROOT.resolve("docs/runner.md"))) {
            boolean row = line.matches("\\| \\d+ \\|.*");
            var tests = named.matcher(line);
            boolean any = false;
            for (; tests.find(); any = true) {
                var source = source(tests.group(1));
                var method = tests.group(2);
                if (source.isEmpty()) wrong.add("no test class " + tests.group(1));
                else if (method != null
                        && !source.matches(
                                "(?s).*\\svoid " + method + (tests.group(3).isEmpty() ? "" : "\\w*") + "\\(.*"))
                    wrong.add("no test " + tests.group());
            }
            if (row && !any) wrong.add("names no test: " + line);
            if (row) rows++;
        }
        assertThat(rows).isPositive();
        assertThat(wrong).isEmpty();
    }

    private static String source(String testClass) throws IOException {
        try (var modules = Files.list(ROOT)) {
            for (var module : modules.toList()) {
                var file = module.resolve("src/test/java/io/botmesh")
                        .resolve(module.getFileName().toString().replace("-", ""))
                        .resolve(testClass + ".java");
                if (Files.exists(file)) return Files.readString(file);
            }
        }
        return "";
    }
}
