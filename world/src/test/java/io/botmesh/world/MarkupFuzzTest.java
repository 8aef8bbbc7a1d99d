package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** Any text in any markup; the first line is the parse mode. */
class MarkupFuzzTest {
    private static final Registry NOBODY = new Registry(1);

    @FuzzTest(maxDuration = "60s")
    void markupIsRefusedOrNestsAndReadsTheSameOnceWrittenAgain(byte[] input) {
        var lines = new String(input, StandardCharsets.UTF_8);
        int line = lines.indexOf('\n');
        var text = lines.substring(line + 1);
        plainTextStaysPlain(text);
        FormattedText read;
        try {
            read = read(line < 0 ? "" : lines.substring(0, line), text);
        } catch (Refused refused) {
            var failure = (Reply.Failure) refused.reply();
            assertThat(failure.code()).isEqualTo(400);
            return;
        }
        Entities.assertNested(read);
        if (read.entities().size() < 100) {
            assertThat(read("HTML", html(read))).isEqualTo(read);
        }
    }

    private static FormattedText read(String mode, String text) {
        return Draft.of(new Params(Arguments.of("text", text, "parse_mode", mode)), "text", "entities", NOBODY)
                .clean(true);
    }

    private static void plainTextStaysPlain(String text) {
        if (TextCleaner.utf8Length(text) > 5_000) return;
        var kept = TextCleaner.clean(text, java.util.List.of(), true);
        assertThat(read("HTML", escapedHtml(text))).isEqualTo(kept);
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0 && c < 127) escaped.append('\\');
            escaped.append(c);
        }
        assertThat(read("MarkdownV2", escaped.toString())).isEqualTo(kept);
    }

    private static String html(FormattedText text) {
        var html = new StringBuilder();
        var open = new ArrayDeque<Entity>();
        int at = 0;
        for (var entity : text.entities()) {
            if (!entity.type().asked()) continue;
            while (!open.isEmpty() && open.element().end() <= entity.offset()) {
                at = close(html, text.text(), at, open.pop());
            }
            html.append(escapedHtml(text.text().substring(at, entity.offset())));
            at = entity.offset();
            html.append('<').append(startTag(entity)).append('>');
            open.push(entity);
        }
        while (!open.isEmpty()) at = close(html, text.text(), at, open.pop());
        return html.append(escapedHtml(text.text().substring(at))).toString();
    }

    private static int close(StringBuilder html, String text, int at, Entity entity) {
        html.append(escapedHtml(text.substring(at, entity.end())));
        if (entity.type() == EntityType.PRE && entity.argument() != null) html.append("</code>");
        html.append("</>");
        return entity.end();
    }

    private static String startTag(Entity entity) {
        var argument = escapedHtml(String.valueOf(entity.argument())).replace("\"", "&quot;");
        return switch (entity.type()) {
            case BOLD -> "b";
            case ITALIC -> "i";
            case UNDERLINE -> "u";
            case STRIKETHROUGH -> "s";
            case SPOILER -> "tg-spoiler";
            case CODE -> "code";
            case PRE -> entity.argument() == null ? "pre" : "pre><code class=\"language-" + argument + '"';
            case BLOCKQUOTE -> "blockquote";
            case EXPANDABLE_BLOCKQUOTE -> "blockquote expandable";
            case TEXT_LINK -> "a href=\"" + argument + '"';
            case CUSTOM_EMOJI -> "tg-emoji emoji-id=\"" + argument + '"';
            default -> throw new AssertionError(entity);
        };
    }

    private static String escapedHtml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
