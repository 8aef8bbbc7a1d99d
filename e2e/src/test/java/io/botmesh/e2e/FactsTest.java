package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Assumption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables in docs/emulator.md and docs/runner.md name tests and switches that are there. */
class FactsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+[a-z]?) \\|.*\\| ([^|]+) \\|$");
    private static final Pattern SWITCH = Pattern.compile("^\\| `([a-z-]+)` \\| ([^|]+) \\| [^|]+ \\| ([^|]+) \\|$");
    private static final Pattern CODE = Pattern.compile("`([a-z-]+)`");
    private static final String GUESS = "*?*";
    /** Those that are no assumptions of the world: they stand in its other options, or in those of the web front. */
    private static final Set<String> OTHERS = Set.of(
            "link-seconds",
            "file-ranges",
            "refuses-in-json",
            "methods-with-errors",
            "preflight",
            "file-cors",
            "channel-bot-posts",
            "limits");

    private static final Pattern TEST = Pattern.compile("`(\\w*)(?:\\.(\\w+))?`");

    @Test
    void everyFactNamesTestsThatExistAndHasANumberOfItsOwn() throws IOException {
        List<String> wrong = new ArrayList<>();
        var numbers = new HashSet<String>();
        for (var line : Files.readAllLines(ROOT.resolve("docs/emulator.md"))) {
            var row = ROW.matcher(line);
            if (!row.find()) continue;
            if (!numbers.add(row.group(1))) wrong.add(row.group(1) + " stands there twice");
            checkTests(row.group(1), row.group(2), wrong);
        }
        assertThat(numbers).hasSizeGreaterThan(40);
        assertThat(wrong).isEmpty();
    }

    /** There a star ends the beginning of a name that several tests share. */
    @Test
    void everyTestThatTheRunnersPageNamesExists() throws IOException {
        var named = Pattern.compile("`(\\w+(?:Test|Contract))(?:\\.(\\w+)(\\*?))?`");
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
                else if (method != null && !source.matches("(?s).*\\svoid " + method + rest(tests.group(3)) + "\\(.*"))
                    wrong.add("no test " + tests.group());
            }
            if (row && !any) wrong.add("names no test: " + line);
            if (row) rows++;
        }
        assertThat(rows).isPositive();
        assertThat(wrong).isEmpty();
    }

    /** Line 1 is not line 15. */
    private static String rest(String star) {
        return star.isEmpty() ? "" : "(?:(?<!\\d)|(?!\\d))\\w*";
    }

    @Test
    void everyGuessNamesASwitchAndEverySwitchAGuess() throws IOException {
        List<String> wrong = new ArrayList<>();
        var switches = new HashMap<String, String>();
        for (var line : section("## Switches")) {
            var row = SWITCH.matcher(line);
            if (!row.find()) continue;
            switches.put(row.group(1), row.group(2).split(",", 2)[0].strip());
            checkTests(row.group(1), row.group(3), wrong);
        }
        var known = new HashMap<String, String>();
        for (var assumption : Assumption.values()) {
            known.put(assumption.wireName(), assumption.written(assumption.defaultValue()));
        }
        for (var other : OTHERS) known.put(other, switches.getOrDefault(other, "nothing"));
        assertThat(switches).as("switches with their defaults").containsExactlyInAnyOrderEntriesOf(known);
        var named = new HashSet<String>();
        for (var line : section("## Facts and their tests")) {
            if (!line.startsWith("|") || !line.contains(GUESS)) continue;
            boolean any = false;
            for (var code = CODE.matcher(line); code.find(); ) {
                if (!switches.containsKey(code.group(1))) continue;
                named.add(code.group(1));
                any = true;
            }
            if (!any) wrong.add("no switch: " + line);
        }
        assertThat(wrong).isEmpty();
        assertThat(named).as("switches that a fact needs").isEqualTo(switches.keySet());
    }

    private static List<String> section(String heading) throws IOException {
        var lines = Files.readAllLines(ROOT.resolve("docs/emulator.md"));
        int begin = lines.indexOf(heading) + 1;
        int end = begin;
        while (end < lines.size() && !lines.get(end).startsWith("## ")) end++;
        return lines.subList(begin, end);
    }

    private static void checkTests(String row, String cell, List<String> wrong) throws IOException {
        var tests = TEST.matcher(cell);
        var source = "";
        int named = 0;
        for (; tests.find(); named++) {
            if (!tests.group(1).isEmpty()) source = source(tests.group(1));
            if (source.isEmpty()) {
                wrong.add(row + ": no test class " + tests.group(1));
            } else if (tests.group(2) != null && !source.contains("void " + tests.group(2) + "(")) {
                wrong.add(row + ": no test " + tests.group(2));
            }
        }
        if (named == 0) wrong.add(row + " names no test");
    }

    private static String source(String testClass) throws IOException {
        try (var modules = Files.list(ROOT)) {
            for (var module : modules.toList()) {
                var name = module.getFileName().toString().replace("-", "");
                var tests = module.resolve("src/test/java/io/botmesh").resolve(name);
                var checks = module.resolve("src/lincheck/java/io/botmesh").resolve(name);
                // What every implementation of an interface is held to has a package of its own.
                for (var folder : List.of(tests, tests.resolve("contract"), checks)) {
                    var file = folder.resolve(testClass + ".java");
                    if (Files.exists(file)) return Files.readString(file);
                }
            }
        }
        return "";
    }
}
