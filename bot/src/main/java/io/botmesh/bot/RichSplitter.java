package io.botmesh.bot;

import io.botmesh.botapi.MessageEntity;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

/** Cuts a text into parts that fit into messages. All places are UTF-16 offsets. */
final class RichSplitter {
    /** What loses its sense when cut. */
    private static final Set<String> SOLID =
            Set.of("text_link", "text_mention", "code", "pre", "custom_emoji", "date_time", "url", "email", "mention");
    /** More are not kept by the server. */
    private static final int MOST_ENTITIES = 100;

    private final String text;
    private final List<MessageEntity> entities;
    private final int first;
    private final int others;
    private final List<MessageEntity> solid;

    RichSplitter(Rich rich, int first, int others) {
        text = rich.text();
        entities = rich.entities();
        this.first = first;
        this.others = others;
        solid = entities.stream()
                .filter(entity -> SOLID.contains(entity.type().value()) && characters(entity) <= others)
                .toList();
    }

    private int characters(MessageEntity entity) {
        return text.codePointCount((int) entity.offset(), (int) (entity.offset() + entity.length()));
    }

    List<Rich> split() {
        var parts = new ArrayList<Rich>();
        int cut;
        for (int begin = 0; begin < text.length(); begin = cut) {
            // Blanks first: at a beginning they would only use up the part.
            while (begin < text.length() && isBlank(begin) && !insideCode(begin)) begin++;
            cut = begin == text.length() ? begin : end(begin, parts.isEmpty() ? first : others);
            int end = cut;
            while (end > begin && isBlank(end - 1)) end--;
            if (!looksEmpty(begin, end)) parts.add(part(begin, end));
        }
        return parts;
    }

    private Rich part(int begin, int end) {
        var inside = new ArrayList<MessageEntity>();
        for (var entity : entities) {
            long from = Math.max(entity.offset(), begin);
            long to = Math.min(entity.offset() + entity.length(), end);
            if (from < to) inside.add(Rich.at(entity, from - begin, to - from));
        }
        return new Rich(text.substring(begin, end), inside);
    }

    private int end(int begin, int most) {
        int characters = text.codePointCount(begin, text.length());
        int end = characters <= most ? text.length() : text.offsetByCodePoints(begin, most);
        int after = beginOfEntityTooMany(begin);
        if (after > begin && after < end) end = after;
        return end == text.length() ? end : cut(begin, end);
    }

    private int beginOfEntityTooMany(int begin) {
        return entities.stream()
                .filter(entity -> entity.offset() + entity.length() > begin)
                .skip(MOST_ENTITIES)
                .mapToInt(entity -> (int) entity.offset())
                .findFirst()
                .orElse(text.length());
    }

    private int cut(int begin, int end) {
        int half = begin + (end - begin) / 2;
        int cut = last(half, end, at -> blank(at, '\n') && at > 1 && text.charAt(at - 2) == '\n');
        if (cut < 0) cut = last(half, end, at -> blank(at, '\n'));
        if (cut < 0) cut = last(begin, end, at -> blank(at, ' ') || blank(at, '\n'));
        if (cut >= 0) return cut;
        // With what comes next, because that decides where the last character ends.
        var letters = BreakIterator.getCharacterInstance(Locale.ROOT);
        letters.setText(text.substring(begin, Math.min(text.length(), end + 64)));
        cut = last(begin, end, at -> letters.isBoundary(at - begin));
        return cut < 0 ? end : cut;
    }

    /** The last place after {@code from} where it may be cut and is as wanted; -1 if there is none. */
    private int last(int from, int end, IntPredicate wanted) {
        for (int at = end; at > from; at--) {
            if (wanted.test(at) && !Rich.cutsPair(text, at) && !insideSolid(at)) return at;
        }
        return -1;
    }

    private boolean insideSolid(int at) {
        for (var entity : solid) {
            if (entity.offset() >= at) return false;
            if (at < entity.offset() + entity.length()) return true;
        }
        return false;
    }

    private boolean blank(int at, char blank) {
        return text.charAt(at - 1) == blank;
    }

    /** What the server takes off at both ends; in front only where no entity begins. */
    private boolean isBlank(int at) {
        return text.charAt(at) == ' ' || text.charAt(at) == '\n';
    }

    /** Whether a blank there is an indentation. */
    private boolean insideCode(int at) {
        for (var entity : entities) {
            if (entity.offset() > at) return false;
            var type = entity.type().value();
            if ((type.equals("pre") || type.equals("code")) && at < entity.offset() + entity.length()) return true;
        }
        return false;
    }

    /** Whether the server would refuse it as empty: nothing but characters that show nothing. */
    private boolean looksEmpty(int begin, int end) {
        return text.substring(begin, end)
                .codePoints()
                .allMatch(c -> Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || c == 0x2800
                        || c == 0xfffc);
    }
}
