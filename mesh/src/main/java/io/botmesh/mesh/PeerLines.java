package io.botmesh.mesh;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form that both files of peers have: sections such as {@code [node anna]}, and in them lines of a keyword and words. A
 * {@code #} begins a comment. Gathers what is wrong, a line for each mistake; never repeats a word that may be a secret in the wrong place.
 */
final class PeerLines {
    static final int MOST_BYTES = 8 << 20;

    private static final Pattern SECTION = Pattern.compile("\\[\\s*(\\S+)\\s+(\\S+)\\s*]");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}._-]{0,63}");
    private static final Pattern KEYWORD = Pattern.compile("[a-z-]{1,16}");
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");
    private static final Pattern BLANK = Pattern.compile("\\s+");

    /** A line of a section. */
    record Line(int number, String keyword, List<String> words) {}

    /** What begins with a line in brackets. */
    record Section(int number, String kind, String name, List<Line> lines) {
        /** The lines with this keyword. */
        List<Line> all(String keyword) {
            return lines.stream().filter(line -> line.keyword.equals(keyword)).toList();
        }
    }

    private final String source;
    private final List<String> mistakes = new ArrayList<>();

    /** @param source what the file is called in messages */
    PeerLines(String source) {
        this.source = source;
    }

    static PeerLines of(Path file) {
        return new PeerLines(file.toString());
    }

    /** Whether it may name a node or a topic: no secret passes for one. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches() && !name.startsWith("bm-");
    }

    void wrong(int line, String what) {
        mistakes.add(source + ":" + line + ": " + what);
    }

    void wrong(String what) {
        mistakes.add(source + ": " + what);
    }

    /** @throws MeshException.PeerMistakes if anything is wrong */
    void finish() {
        if (!mistakes.isEmpty()) throw new MeshException.PeerMistakes(mistakes);
    }

    /** Splits a text; sections and lines that cannot be used are left out, and told of. */
    List<Section> read(String text, List<String> kinds) {
        var sections = new ArrayList<Section>();
        var lines = text.lines().toList();
        Section at = null;
        boolean skipping = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (i == 0 && line.startsWith("\ufeff")) line = line.substring(1);
            line = COMMENT.matcher(line).replaceFirst("").strip();
            if (line.isEmpty()) continue;
            if (line.startsWith("[")) {
                at = section(i + 1, line, kinds);
                skipping = at == null;
                if (at != null) sections.add(at);
                continue;
            }
            var words = List.of(BLANK.split(line));
            if (at != null) at.lines.add(new Line(i + 1, words.getFirst(), words.subList(1, words.size())));
            else if (!skipping) wrong(i + 1, "a line before the first section: begin one, such as [node anna]");
        }
        return sections;
    }

    private @Nullable Section section(int number, String line, List<String> kinds) {
        var parts = SECTION.matcher(line);
        if (!parts.matches() || !kinds.contains(parts.group(1))) {
            wrong(number, "no section: write one of [" + String.join(" NAME], [", kinds) + " NAME]");
            return null;
        }
        String name = parts.group(2);
        if (!isName(name)) {
            wrong(number, "no name: take up to 64 letters, digits, dots, - and _");
            return null;
        }
        return new Section(number, parts.group(1), name, new ArrayList<>());
    }

    /** Tells of the lines whose keyword is none of these. */
    void checkKeywords(Section section, List<String> known) {
        for (Line line : section.lines) {
            if (known.contains(line.keyword)) continue;
            String what =
                    KEYWORD.matcher(line.keyword).matches() ? "'" + line.keyword + "' is not known here" : "no keyword";
            wrong(line.number, what + ": in [" + section.kind + " …] write " + String.join(", ", known));
        }
    }

    /** The one word of the one line with this keyword, as what it stands for; nothing if it is missing or wrong. */
    <T> Optional<T> one(Section section, String keyword, String wanted, Function<String, T> parse) {
        List<Line> lines = section.all(keyword);
        if (lines.isEmpty()) return Optional.empty();
        if (lines.size() > 1) {
            wrong(
                    lines.get(1).number,
                    "a second '" + keyword + "' in [" + section.kind + " " + section.name + "]: leave one");
            return Optional.empty();
        }
        return word(lines.getFirst(), wanted, parse);
    }

    /** The one word of a line. */
    <T> Optional<T> word(Line line, String wanted, Function<String, T> parse) {
        if (line.words.size() != 1) {
            wrong(line.number, "'" + line.keyword + "' takes one word: " + wanted);
            return Optional.empty();
        }
        return parsed(line, line.words.getFirst(), wanted, parse);
    }

    /** Each word of each line with this keyword. */
    <T> List<T> many(Section section, String keyword, String wanted, Function<String, T> parse) {
        var all = new ArrayList<T>();
        for (Line line : section.all(keyword)) {
            if (line.words.isEmpty()) wrong(line.number, "'" + keyword + "' without a word: " + wanted);
            for (String word : line.words)
                parsed(line, word, wanted, parse).ifPresent(found -> {
                    if (all.contains(found)) wrong(line.number, "twice the same in '" + keyword + "': leave one");
                    else all.add(found);
                });
        }
        return all;
    }

    private <T> Optional<T> parsed(Line line, String word, String wanted, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(word));
        } catch (IllegalArgumentException refused) { // its message may repeat the word
            wrong(line.number, "'" + line.keyword + "' wants " + wanted);
            return Optional.empty();
        }
    }
}
