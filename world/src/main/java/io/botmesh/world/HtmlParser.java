package io.botmesh.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the HTML of the Bot API: a few tags, four named entities, errors with their place. */
final class HtmlParser {
    /** From the ampersand to before the semicolon. */
    private static final int LONGEST_REFERENCE = 10;

    private record Open(String tag, Map<String, String> attributes, int offset, int begin) {}

    private final String text;
    private final Registry registry;
    private final StringBuilder plain = new StringBuilder();
    private final List<Entity> entities = new ArrayList<>();
    private final ArrayDeque<Open> open = new ArrayDeque<>();
    private int at;

    HtmlParser(String text, Registry registry) {
        this.text = text;
        this.registry = registry;
    }

    Draft parse() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '&') {
                int code = reference();
                if (code != 0) {
                    plain.appendCodePoint(code);
                    continue;
                }
            }
            if (c != '<') {
                plain.append(c);
                at++;
            } else if (peek(1) == '/') {
                endTag();
            } else {
                startTag();
            }
        }
        var last = open.peek();
        if (last != null) {
            throw new MarkupException("Can't find end tag corresponding to start tag \"" + last.tag + '"'
                    + MarkupException.at(text, last.begin));
        }
        entities.sort(Entity.ORDER);
        return new Draft(plain.toString(), entities);
    }

    private void startTag() {
        int begin = at++;
        int nameBegin = at;
        while (at < text.length() && !isSpace(peek(0)) && peek(0) != '>') at++;
        if (at >= text.length()) throw new MarkupException("Unclosed start tag" + MarkupException.at(text, begin));
        var tag = text.substring(nameBegin, at).toLowerCase(Locale.ROOT);
        if (!isKnown(tag)) {
            throw new MarkupException("Unsupported start tag \"" + tag + '"' + MarkupException.at(text, begin));
        }
        var attributes = new HashMap<String, String>();
        while (peek(0) != '>') {
            while (isSpace(peek(0))) at++;
            if (peek(0) == '>') break;
            attribute(tag, begin, attributes);
        }
        if (at >= text.length()) throw new MarkupException("Unclosed start tag" + MarkupException.at(text, begin));
        if (tag.equals("span") && !"tg-spoiler".equals(attributes.get("class"))) {
            throw new MarkupException("Tag \"span\" must have class \"tg-spoiler\"" + MarkupException.at(text, begin));
        }
        at++;
        open.push(new Open(tag, attributes, plain.length(), begin));
    }

    private void attribute(String tag, int begin, Map<String, String> attributes) {
        int nameBegin = at;
        while (at < text.length() && !isSpace(peek(0)) && peek(0) != '=' && peek(0) != '>') at++;
        var name = text.substring(nameBegin, at).toLowerCase(Locale.ROOT);
        if (name.isEmpty()) {
            throw new MarkupException(
                    "Empty attribute name in the tag \"" + tag + '"' + MarkupException.at(text, begin));
        }
        while (isSpace(peek(0))) at++;
        if (peek(0) != '=') {
            attributes.putIfAbsent(name, "");
            return;
        }
        at++;
        while (isSpace(peek(0))) at++;
        var value = new StringBuilder();
        char quote = peek(0);
        if (quote == '"' || quote == '\'') {
            at++;
            while (at < text.length() && peek(0) != quote) {
                int code = peek(0) == '&' ? reference() : 0;
                if (code != 0) value.appendCodePoint(code);
                else value.append(text.charAt(at++));
            }
            if (at >= text.length()) throw new MarkupException("Unclosed start tag" + MarkupException.at(text, begin));
            at++;
        } else {
            while (at < text.length() && !isSpace(peek(0)) && peek(0) != '>') value.append(text.charAt(at++));
        }
        attributes.putIfAbsent(name, value.toString());
    }

    private void endTag() {
        int begin = at;
        var innermost = open.poll();
        if (innermost == null) throw new MarkupException("Unexpected end tag" + MarkupException.at(text, begin));
        at += 2;
        int nameBegin = at;
        while (at < text.length() && !isSpace(peek(0)) && peek(0) != '>') at++;
        var tag = text.substring(nameBegin, at).toLowerCase(Locale.ROOT);
        while (isSpace(peek(0))) at++;
        if (peek(0) != '>') throw new MarkupException("Unclosed end tag" + MarkupException.at(text, begin));
        if (!tag.isEmpty() && !tag.equals(innermost.tag)) {
            throw new MarkupException("Unmatched end tag" + MarkupException.at(text, begin) + ", expected \"</"
                    + innermost.tag + ">\", found \"</" + tag + ">\"");
        }
        at++;
        close(innermost);
    }

    private void close(Open ended) {
        int length = plain.length() - ended.offset;
        if (length == 0) return;
        var entity = switch (ended.tag) {
            case "b", "strong" -> Entity.of(EntityType.BOLD, ended.offset, length);
            case "i", "em" -> Entity.of(EntityType.ITALIC, ended.offset, length);
            case "u", "ins" -> Entity.of(EntityType.UNDERLINE, ended.offset, length);
            case "s", "strike", "del" -> Entity.of(EntityType.STRIKETHROUGH, ended.offset, length);
            case "tg-spoiler", "span" -> Entity.of(EntityType.SPOILER, ended.offset, length);
            case "blockquote" ->
                Entity.of(
                        ended.attributes.containsKey("expandable")
                                ? EntityType.EXPANDABLE_BLOCKQUOTE
                                : EntityType.BLOCKQUOTE,
                        ended.offset,
                        length);
            case "pre" -> pre(ended, length);
            case "code" -> code(ended, length);
            case "tg-emoji" -> emoji(ended, length);
            case "tg-time" -> time(ended, length);
            default -> link(ended, length);
        };
        if (entity != null) entities.add(entity);
    }

    private @Nullable Entity link(Open ended, int length) {
        var url = ended.attributes.getOrDefault("href", "");
        if (url.isEmpty()) url = plain.substring(ended.offset);
        return Links.entity(Entity.of(EntityType.TEXT_LINK, ended.offset, length), url, registry);
    }

    private Entity emoji(Open ended, int length) {
        var id = ended.attributes.getOrDefault("emoji-id", "");
        if (id.isEmpty() || Lenient.number(id) == 0) {
            throw new MarkupException("Invalid custom emoji identifier specified");
        }
        return new Entity(EntityType.CUSTOM_EMOJI, ended.offset, length, id, null);
    }

    private static Entity time(Open ended, int length) {
        var moment = DateTimes.argument(
                ended.attributes.getOrDefault("unix", ""), ended.attributes.getOrDefault("format", ""));
        if (moment == null) throw new MarkupException("Invalid date specified");
        return new Entity(EntityType.DATE_TIME, ended.offset, length, moment, null);
    }

    /** A pre around exactly one code takes its language. */
    private Entity pre(Open ended, int length) {
        for (var inner : entities) {
            if (inner.type() == EntityType.CODE && inner.offset() == ended.offset && inner.length() == length) {
                entities.remove(inner);
                return new Entity(EntityType.PRE, ended.offset, length, inner.argument(), null);
            }
        }
        return Entity.of(EntityType.PRE, ended.offset, length);
    }

    private Entity code(Open ended, int length) {
        var name = ended.attributes.getOrDefault("class", "");
        var outer = open.peek();
        var language = name.startsWith("language-") && outer != null && outer.tag.equals("pre")
                ? name.substring("language-".length())
                : null;
        return new Entity(EntityType.CODE, ended.offset, length, language, null);
    }

    /** The character of a reference that begins here, and moves behind it; 0 if it is none. */
    private int reference() {
        int end = text.indexOf(';', at, Math.min(text.length(), at + LONGEST_REFERENCE + 1));
        if (end < 0) return 0;
        var name = text.substring(at + 1, end);
        int code = switch (name) {
            case "lt" -> '<';
            case "gt" -> '>';
            case "amp" -> '&';
            case "quot" -> '"';
            default -> numeric(name);
        };
        if (code != 0) at = end + 1;
        return code;
    }

    private static int numeric(String name) {
        if (name.length() < 2 || name.charAt(0) != '#') return 0;
        boolean hex = name.charAt(1) == 'x';
        try {
            int code = hex ? Integer.parseInt(name.substring(2), 16) : Integer.parseInt(name.substring(1));
            boolean scalar = code > 0 && code < 0x10ffff && (code < 0xd800 || code > 0xdfff);
            return scalar ? code : 0;
        } catch (NumberFormatException notOne) {
            return 0;
        }
    }

    private static boolean isKnown(String tag) {
        return switch (tag) {
            case "a",
                    "b",
                    "strong",
                    "i",
                    "em",
                    "s",
                    "strike",
                    "del",
                    "u",
                    "ins",
                    "tg-spoiler",
                    "tg-emoji",
                    "tg-time",
                    "span",
                    "pre",
                    "code",
                    "blockquote" -> true;
            default -> false;
        };
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
