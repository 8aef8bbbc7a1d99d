package io.botmesh.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads MarkdownV2. */
final class MarkdownParser {
    private static final String RESERVED = "_*[]()~`>#+-=|{}.!\n";

    private record Open(EntityType type, @Nullable String language, int offset, int begin, String name) {}

    private final String text;
    private final Registry registry;
    private final StringBuilder plain = new StringBuilder();
    private final List<Entity> entities = new ArrayList<>();
    private final ArrayDeque<Open> open = new ArrayDeque<>();
    private boolean quoted;
    private boolean expandable;
    private int at;

    MarkdownParser(String text, Registry registry) {
        this.text = text;
        this.registry = registry;
    }

    Draft parse() {
        for (; at < text.length(); at++) step();
        var last = open.peek();
        if (quoted && last != null && last.type.quote()) close(open.pop(), null);
        last = open.peek();
        if (last != null) throw unended(last);
        entities.sort(Entity.ORDER);
        return new Draft(plain.toString(), entities);
    }

    private void step() {
        char c = text.charAt(at);
        char next = peek(1);
        if (c == '\\' && next > 0 && next <= 126) {
            plain.append(next);
            at++;
            return;
        }
        var innermost = open.peek();
        boolean code = innermost != null && (innermost.type == EntityType.CODE || innermost.type == EntityType.PRE);
        if ((code ? "`" : RESERVED).indexOf(c) < 0) {
            plain.append(c);
            return;
        }
        if (innermost != null && innermost.type.quote() && isExpandabilityMark(c)) {
            expandable = true;
            at++;
        } else if (innermost != null && ends(innermost, c)) {
            end(open.pop(), c);
        } else {
            begin(c);
        }
    }

    /** Two bars where a quotation ends. */
    private boolean isExpandabilityMark(char c) {
        return c == '|' && peek(1) == '|' && (at + 2 == text.length() || (peek(2) == '\n' && peek(3) != '>'));
    }

    /** Behind nothing at all, or behind an entity without characters, which keeps two quotations apart. */
    private boolean isLineStart() {
        return plain.isEmpty() || plain.charAt(plain.length() - 1) == '\n';
    }

    private boolean ends(Open innermost, char c) {
        if (quoted && c == '\n' && peek(1) != '>') return true;
        return switch (innermost.type) {
            case BOLD -> c == '*';
            case ITALIC -> c == '_' && peek(1) != '_';
            case UNDERLINE -> c == '_' && peek(1) == '_';
            case STRIKETHROUGH -> c == '~';
            case SPOILER -> c == '|' && peek(1) == '|';
            case CODE -> c == '`';
            case PRE -> c == '`' && peek(1) == '`' && peek(2) == '`';
            case TEXT_LINK, CUSTOM_EMOJI -> c == ']';
            default -> false;
        };
    }

    private void begin(char c) {
        int begin = at;
        switch (c) {
            case '_' -> {
                if (peek(1) == '_') {
                    at++;
                    push(EntityType.UNDERLINE, begin, "Underline");
                } else {
                    push(EntityType.ITALIC, begin, "Italic");
                }
            }
            case '*' -> push(EntityType.BOLD, begin, "Bold");
            case '~' -> push(EntityType.STRIKETHROUGH, begin, "Strikethrough");
            case '[' -> push(EntityType.TEXT_LINK, begin, "TextUrl");
            case '|' -> {
                if (peek(1) != '|') throw reserved(c);
                at++;
                push(EntityType.SPOILER, begin, "Spoiler");
            }
            case '!' -> {
                if (peek(1) != '[') throw reserved(c);
                at++;
                push(EntityType.CUSTOM_EMOJI, begin, "CustomEmoji");
            }
            case '`' -> {
                if (peek(1) == '`' && peek(2) == '`') beginPre(begin);
                else push(EntityType.CODE, begin, "Code");
            }
            case '>' -> {
                if (quoted || !isLineStart()) throw reserved(c);
                beginQuote(begin);
            }
            case '\n' -> {
                plain.append('\n');
                if (peek(1) == '>') {
                    at++;
                    if (!quoted) beginQuote(begin);
                }
            }
            default -> throw reserved(c);
        }
    }

    private void beginQuote(int begin) {
        quoted = true;
        push(EntityType.BLOCKQUOTE, begin, "BlockQuote");
    }

    private void beginPre(int begin) {
        at += 3;
        int languageEnd = at;
        while (languageEnd < text.length()
                && !Character.isWhitespace(text.charAt(languageEnd))
                && text.charAt(languageEnd) != '`') {
            languageEnd++;
        }
        String language = null;
        if (languageEnd > at && languageEnd < text.length() && text.charAt(languageEnd) != '`') {
            language = text.substring(at, languageEnd);
            at = languageEnd;
        }
        if (peek(0) == '\n' || peek(0) == '\r') {
            boolean pair = (peek(1) == '\n' || peek(1) == '\r') && peek(0) != peek(1);
            at += pair ? 2 : 1;
        }
        at--;
        open.push(new Open(EntityType.PRE, language, plain.length(), begin, language == null ? "Pre" : "PreCode"));
    }

    private void end(Open ended, char c) {
        if (c == '\n') {
            if (!ended.type.quote()) throw unended(ended);
            quoted = false;
            close(ended, null);
            plain.append('\n');
            return;
        }
        switch (ended.type) {
            case UNDERLINE, SPOILER -> {
                at++;
                close(ended, null);
            }
            case PRE -> {
                at += 2;
                close(ended, ended.language);
            }
            case TEXT_LINK -> {
                var url = peek(1) == '(' ? url("a URL") : plain.substring(ended.offset);
                int length = plain.length() - ended.offset;
                var entity = Links.entity(Entity.of(EntityType.TEXT_LINK, ended.offset, length), url, registry);
                if (length > 0 && entity != null) entities.add(entity);
            }
            case CUSTOM_EMOJI -> {
                var url = peek(1) == '(' ? url("a custom emoji URL") : "";
                var moment = DateTimes.ofAddress(url);
                if (moment != null) {
                    int length = plain.length() - ended.offset;
                    if (length > 0) entities.add(new Entity(EntityType.DATE_TIME, ended.offset, length, moment, null));
                    return;
                }
                var id = Links.customEmoji(url);
                if (id == null) throw new MarkupException("Custom emoji entity must contain a tg://emoji URL");
                close(ended, id);
            }
            default -> close(ended, null);
        }
    }

    private void close(Open ended, @Nullable String argument) {
        int length = plain.length() - ended.offset;
        var type = ended.type.quote() && expandable ? EntityType.EXPANDABLE_BLOCKQUOTE : ended.type;
        if (ended.type.quote()) expandable = false;
        if (length > 0) entities.add(new Entity(type, ended.offset, length, argument, null));
    }

    /** What stands in the parentheses that come next; ends on the closing one. */
    private String url(String what) {
        at += 2;
        int begin = at;
        var url = new StringBuilder();
        while (at < text.length() && text.charAt(at) != ')') {
            if (text.charAt(at) == '\\' && peek(1) > 0 && peek(1) <= 126) at++;
            url.append(text.charAt(at++));
        }
        if (at >= text.length())
            throw new MarkupException("Can't find end of " + what + MarkupException.at(text, begin));
        return url.toString();
    }

    private void push(EntityType type, int begin, String name) {
        open.push(new Open(type, null, plain.length(), begin, name));
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    private MarkupException unended(Open entity) {
        return new MarkupException(
                "Can't find end of " + entity.name + " entity" + MarkupException.at(text, entity.begin));
    }

    private static MarkupException reserved(char c) {
        return new MarkupException("Character '" + c + "' is reserved and must be escaped with the preceding '\\'");
    }
}
