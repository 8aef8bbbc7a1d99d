package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds what the server finds in any text: mentions, commands, tags, bank cards, addresses. All of it starts from an
 * ASCII character, so that a text without any is done at once.
 */
final class EntityScanner {
    private static final String WORD = "\\p{L}\\p{N}_";
    private static final String TAG = "\\p{L}\\p{Nd}_\\x{200c}\\x{b7}\\x{0d80}-\\x{0dff}";

    private static final Pattern MENTION =
            Pattern.compile("(?<![" + WORD + "])@([a-zA-Z0-9_]{2,32})(?![" + WORD + "])");
    private static final Pattern COMMAND = Pattern.compile("(?<![" + WORD
            + "/<>])/[a-zA-Z0-9_]{1,64}+(?:@[a-zA-Z0-9_]{3,32}+(?![" + WORD + "/<>])|(?![@" + WORD + "/<>]))");
    private static final Pattern HASHTAG =
            Pattern.compile("(?<![" + TAG + "])#([" + TAG + "]{1,256})(?![" + TAG + "]*#)");
    private static final Pattern CASHTAG =
            Pattern.compile("(?<![$" + TAG + "])\\$(?:1INCH|[A-Z]{1,8}+)(?![$" + TAG + "])");
    private static final Pattern CARD =
            Pattern.compile("(?<![-+.,_\\p{L}0-9])[0-9](?:[ -]?[0-9]){12,18}(?![-_\\p{L}0-9])");
    private static final Pattern LETTER = Pattern.compile("\\p{L}");
    private static final Set<String> SHORT_NAMES = Set.of("gif", "vid", "pic");

    private EntityScanner() {}

    /** In order and without overlap. */
    static List<Entity> find(String text) {
        if (!mayHold(text)) return List.of();
        var found = new ArrayList<Entity>();
        for (var match = MENTION.matcher(text); match.find(); ) {
            var name = match.group(1);
            if (name.length() >= 4 || SHORT_NAMES.contains(name.toLowerCase(Locale.ROOT))) {
                found.add(Entity.of(EntityType.MENTION, match.start(), match.end() - match.start()));
            }
        }
        for (var match = COMMAND.matcher(text); match.find(); ) {
            found.add(Entity.of(EntityType.BOT_COMMAND, match.start(), match.end() - match.start()));
        }
        for (var match = HASHTAG.matcher(text); match.find(); ) {
            if (LETTER.matcher(match.group(1)).find()) {
                found.add(Entity.of(EntityType.HASHTAG, match.start(), match.end() - match.start()));
            }
        }
        for (var match = CASHTAG.matcher(text); match.find(); ) {
            found.add(Entity.of(EntityType.CASHTAG, match.start(), match.end() - match.start()));
        }
        for (var match = CARD.matcher(text); match.find(); ) {
            if (isCard(match.group())) {
                found.add(Entity.of(EntityType.BANK_CARD, match.start(), match.end() - match.start()));
            }
        }
        UrlScanner.find(text, found);
        found.sort(Entity.ORDER);
        return withoutOverlap(found);
    }

    private static boolean mayHold(String text) {
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '@', '/', '#', '$', '.', ':' -> {
                    return true;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                    if (++digits == 13) return true;
                }
                default -> {}
            }
        }
        return false;
    }

    private static List<Entity> withoutOverlap(List<Entity> sorted) {
        var kept = new ArrayList<Entity>();
        int end = 0;
        for (var entity : sorted) {
            if (entity.offset() < end) continue;
            kept.add(entity);
            end = entity.end();
        }
        return kept;
    }

    private static boolean isCard(String written) {
        var digits = written.replaceAll("[ -]", "");
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            sum += i % 2 == 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
        }
        if (sum % 10 != 0) return false;
        int length = digits.length();
        int two = Integer.parseInt(digits.substring(0, 2));
        int four = Integer.parseInt(digits.substring(0, 4));
        if (digits.charAt(0) == '4') return length == 13 || length == 16 || length == 18 || length == 19;
        if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length == 16;
        if (two == 34 || two == 37) return length == 15;
        if (two == 62 || two == 81) return length >= 16;
        if (four >= 2200 && four <= 2204) return length == 16;
        return true;
    }
}
