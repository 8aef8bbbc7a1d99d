package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;

/** What the server does to a text before it keeps it: some characters go, others change, the ends are trimmed. */
final class TextCleaner {
    private static final int MOST_BYTES = 35_000;
    private static final int MOST_ENTITIES = 100;

    private TextCleaner() {}

    /**
     * Cleans, trims and finds entities.
     *
     * @param asked     entities that the client asked for, in any order
     * @param maybeNone whether nothing at all is a text too, as it is for captions
     */
    static FormattedText clean(String raw, List<Entity> asked, boolean maybeNone) {
        requireUnicode(raw);
        var moved = new int[raw.length() + 1];
        var text = strip(raw, moved);
        if (looksEmpty(text)) {
            if (maybeNone) return FormattedText.EMPTY;
            throw Refused.of(400, "Text must be non-empty");
        }
        List<Entity> entities = List.of();
        if (!asked.isEmpty()) {
            var fixed = EntityMerger.fix(
                    asked.stream().filter(entity -> entity.length() > 0).toList());
            EntityEdges.check(raw, fixed);
            var there = new ArrayList<Entity>();
            for (var entity : fixed) {
                int begin = moved[entity.offset()];
                int end = moved[entity.end()];
                if (begin < end) there.add(entity.span(begin, end));
            }
            // Without what was in between, some begin or end together or touch.
            there.sort(Entity.ORDER);
            entities = EntityMerger.fix(EntityEdges.withoutBlanks(text, there));
        }

        int end = text.length();
        while (end > 0 && isTrimmed(text.charAt(end - 1))) end--;
        int mostLeft =
                entities.isEmpty() ? end : Math.min(end, entities.getFirst().offset());
        int begin = 0;
        while (begin < mostLeft && isTrimmed(text.charAt(begin))) begin++;
        var trimmed = text.substring(begin, end);

        var kept = new ArrayList<Entity>();
        for (var entity : entities) {
            int from = entity.offset() - begin;
            int to = Math.min(entity.end() - begin, trimmed.length());
            if (from < to) kept.add(entity.span(from, to));
        }
        kept.sort(Entity.ORDER);
        var merged = EntityMerger.merge(kept, EntityScanner.find(trimmed));
        var visible = EntityEdges.withoutBlanks(trimmed, merged).stream()
                .filter(entity -> entity.type() != EntityType.BANK_CARD)
                .sorted(Entity.ORDER)
                .toList();
        return new FormattedText(trimmed, visible.size() > MOST_ENTITIES ? visible.subList(0, MOST_ENTITIES) : visible);
    }

    /**
     * What the server keeps of a line that is no text, such as a name in a contact: the same characters go, the ends stay.
     *
     * @param what that line, as a refusal names it
     */
    static String cleanLine(String what, String raw) {
        if (!isUnicode(raw)) throw Refused.of(400, what + " must be encoded in UTF-8");
        return strip(raw, new int[raw.length() + 1]);
    }

    /** The text itself if it is one; else the call is refused. */
    static String requireUnicode(String text) {
        if (!isUnicode(text)) throw Refused.brokenText();
        return text;
    }

    /** The text with U+FFFD for each half of a surrogate pair, for those who only look at what came. */
    static String readable(String text) {
        if (isUnicode(text)) return text;
        var readable = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                .forEach(readable::appendCodePoint);
        return readable.toString();
    }

    /** False if the text holds half a surrogate pair, which is what bytes that were not UTF-8 became. */
    static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)) {
                if (++i == text.length() || !Character.isLowSurrogate(text.charAt(i))) return false;
            } else if (Character.isLowSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** Bytes in UTF-8. */
    static int utf8Length(CharSequence text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length()) {
                bytes += 4;
                i++;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        return bytes;
    }

    /** Fills moved with where each unit of the raw text went. */
    private static String strip(String raw, int[] moved) {
        var text = new StringBuilder(raw.length());
        int bytes = 0;
        for (int i = 0; i < raw.length(); i++) {
            moved[i] = text.length();
            char c = raw.charAt(i);
            if (c == '\r' || (c >= 0x2028 && c <= 0x202e) || c == 0x30a || c == 0x333 || c == 0x33f) continue;
            if (bytes >= MOST_BYTES - 3 && !Character.isLowSurrogate(c)) {
                for (int rest = i; rest <= raw.length(); rest++) moved[rest] = text.length();
                break;
            }
            text.append(c < ' ' && c != '\n' ? ' ' : c);
            bytes += Character.isSurrogate(c) ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            moved[i + 1] = text.length();
        }
        moved[raw.length()] = text.length();
        for (int i = 0; i + 1 < text.length(); i++) {
            if (isDirectionMark(text.charAt(i)) && isDirectionMark(text.charAt(i + 1))) text.setCharAt(i, '\u200c');
        }
        return text.toString();
    }

    private static boolean isDirectionMark(char c) {
        return c == 0x200e || c == 0x200f;
    }

    /** A blank that the ends of a text and of an entity lose. */
    static boolean isTrimmed(char c) {
        return c == ' ' || c == '\n';
    }

    /** Blank once exotic spaces count as spaces and the invisible in front is skipped. */
    private static boolean looksEmpty(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isBlank(text.charAt(begin))) begin++;
        while (begin < end && isBlank(text.charAt(end - 1))) end--;
        while (begin < end && isInvisible(text.charAt(begin))) begin++;
        return begin == end;
    }

    private static boolean isBlank(char c) {
        return c == ' '
                || c == '\n'
                || c == 0x1680
                || c == 0x180e
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x202e
                || c == 0x202f
                || c == 0x205f
                || c == 0x2800
                || c == 0x3000
                || c == 0xfffc;
    }

    private static boolean isInvisible(char c) {
        return (c >= 0x200b && c <= 0x200f) || c == 0x202e || c == 0xfeff || c == 0xa0;
    }
}
