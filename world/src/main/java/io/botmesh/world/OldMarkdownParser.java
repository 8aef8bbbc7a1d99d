package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;

/** Reads the first Markdown of the Bot API, which knows no nesting. */
final class OldMarkdownParser {
    private final String text;
    private final Registry registry;
    private final StringBuilder plain = new StringBuilder();
    private final List<Entity> entities = new ArrayList<>();
    private int at;

    OldMarkdownParser(String text, Registry registry) {
        this.text = text;
        this.registry = registry;
    }

    Draft parse() {
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && peek(1) != 0 && "_*`[".indexOf(peek(1)) >= 0) plain.append(text.charAt(++at));
            else if ("_*`[".indexOf(c) < 0) plain.append(c);
            else entity(c);
        }
        return new Draft(plain.toString(), entities);
    }

    private void entity(char c) {
        int begin = at++;
        boolean pre = c == '`' && peek(0) == '`' && peek(1) == '`';
        String language = null;
        if (pre) {
            at += 2;
            int languageEnd = at;
            while (languageEnd < text.length()
                    && !Character.isWhitespace(text.charAt(languageEnd))
                    && text.charAt(languageEnd) != '`') {
                languageEnd++;
            }
            if (languageEnd > at && languageEnd < text.length() && text.charAt(languageEnd) != '`') {
                language = text.substring(at, languageEnd);
                at = languageEnd;
            }
            if (peek(0) == '\n' || peek(0) == '\r') {
                boolean pair = (peek(1) == '\n' || peek(1) == '\r') && peek(0) != peek(1);
                at += pair ? 2 : 1;
            }
        }
        int offset = plain.length();
        char last = c == '[' ? ']' : c;
        while (at < text.length() && (peek(0) != last || (pre && !(peek(1) == '`' && peek(2) == '`')))) {
            plain.append(text.charAt(at++));
        }
        if (at >= text.length()) {
            throw new MarkupException("Can't find end of the entity starting" + MarkupException.at(text, begin));
        }
        int length = plain.length() - offset;
        switch (c) {
            case '_' -> add(Entity.of(EntityType.ITALIC, offset, length));
            case '*' -> add(Entity.of(EntityType.BOLD, offset, length));
            case '[' -> {
                var url = plain.substring(offset);
                if (peek(1) == '(') {
                    int urlBegin = at + 2;
                    int urlEnd = text.indexOf(')', urlBegin);
                    at = urlEnd < 0 ? text.length() : urlEnd;
                    url = text.substring(urlBegin, at);
                }
                var link = Links.entity(Entity.of(EntityType.TEXT_LINK, offset, length), url, registry);
                if (link != null) add(link);
            }
            default -> add(new Entity(pre ? EntityType.PRE : EntityType.CODE, offset, length, language, null));
        }
        if (pre) at += 2;
    }

    private void add(Entity entity) {
        if (entity.length() > 0) entities.add(entity);
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }
}
