package io.botmesh.world;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of an answered message.
 *
 * @param position where it begins there, in UTF-16 units
 * @param manual   whether the sender chose it
 */
record Quote(FormattedText text, int position, boolean manual) {
    private static final int LONGEST = 1024;
    private static final Set<EntityType> KEPT = EnumSet.of(
            EntityType.BOLD,
            EntityType.ITALIC,
            EntityType.UNDERLINE,
            EntityType.STRIKETHROUGH,
            EntityType.SPOILER,
            EntityType.CUSTOM_EMOJI,
            EntityType.DATE_TIME);

    /** The place nearest to where it is said to be; refuses what does not stand there letter by letter. */
    static Quote find(FormattedText whole, FormattedText part, int near) {
        var wanted = part.only(KEPT);
        int best = -1;
        for (int at = whole.text().indexOf(part.text());
                at >= 0;
                at = whole.text().indexOf(part.text(), at + 1)) {
            boolean nearer = best < 0 || Math.abs(at - near) < Math.abs(best - near);
            if (nearer && whole.part(at, at + part.text().length()).only(KEPT).equals(wanted)) best = at;
        }
        if (best < 0 || part.codePoints() > LONGEST) throw Refused.of(400, "QUOTE_TEXT_INVALID");
        return new Quote(wanted, best, true);
    }

    /** From one place up to another. */
    static Quote at(FormattedText whole, int begin, int end) {
        return new Quote(whole.part(begin, end).only(KEPT), begin, true);
    }

    /** What is shown of a message of another chat when nobody chose; null if it has no words. */
    static @Nullable Quote all(FormattedText whole) {
        if (whole.isEmpty()) return null;
        int end = whole.codePoints() <= LONGEST
                ? whole.text().length()
                : whole.text().offsetByCodePoints(0, LONGEST);
        return new Quote(whole.part(0, end).only(KEPT), 0, false);
    }

    void write(JsonWriter json) {
        json.object().field("text", text.text());
        text.writeEntities(json, "entities");
        json.field("position", position);
        if (manual) json.field("is_manual", true);
        json.endObject();
    }
}
