package io.botmesh.bot;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Texts as bots may build them, with everything that is awkward. */
final class RandomRich {
    private static final List<String> ODD = List.of(
            "a",
            "b",
            "Z",
            " ",
            "\n",
            "\n\n",
            "_",
            "*",
            "[",
            "]",
            "(",
            ")",
            "~",
            "`",
            "```",
            ">",
            "#",
            "+",
            "-",
            "=",
            "|",
            "||",
            "{",
            "}",
            ".",
            "!",
            "\\",
            "&",
            "<",
            "\"",
            "'",
            "&amp;",
            "&#33;",
            "<b>",
            "</b>",
            "__",
            "é",
            "ß",
            "ı",
            "漢",
            "😀",
            "👨‍👩‍👧",
            "🇩🇪",
            "e\u0301",
            "word",
            "long word",
            "\t",
            "https://example.com",
            "@name",
            "/start",
            "#tag");

    private final SplittableRandom random;
    /** Quotes hold no quotes; whoever asks for that gets the one or the other. */
    private boolean quoted;

    RandomRich(SplittableRandom random) {
        this.random = random;
    }

    String text(int pieces) {
        var text = new StringBuilder();
        for (int i = 0; i < pieces; i++) text.append(ODD.get(random.nextInt(ODD.size())));
        return text.toString();
    }

    Rich rich(int depth) {
        var parts = new ArrayList<Object>();
        for (int i = random.nextInt(1, 5); i > 0; i--) parts.add(depth == 0 ? text(3) : part(depth - 1));
        return Rich.of(parts.toArray());
    }

    private Object part(int depth) {
        return switch (random.nextInt(14)) {
            case 0 -> Rich.bold(rich(depth));
            case 1 -> Rich.italic(rich(depth));
            case 2 -> Rich.underline(rich(depth));
            case 3 -> Rich.strikethrough(rich(depth));
            case 4 -> Rich.spoiler(rich(depth));
            case 5 -> Rich.code("c" + text(3));
            case 6 -> Rich.pre("p" + text(4));
            case 7 -> Rich.pre("j" + text(4), "ja\"va");
            case 8 -> Rich.link("https://example.com/?a=1&b='2\">", rich(depth));
            case 9 -> quote(depth, false);
            case 10 -> quote(depth, true);
            case 11 -> Rich.customEmoji("5368324170671202286", "👍");
            default -> text(4);
        };
    }

    private Rich quote(int depth, boolean expandable) {
        boolean before = quoted;
        quoted = true;
        var inner = rich(depth);
        quoted = before;
        if (quoted) return inner;
        return expandable ? Rich.expandableQuote(inner) : Rich.quote(inner);
    }
}
