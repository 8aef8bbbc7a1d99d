package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what the server finds in any text: mentions, commands, tags, bank cards, addresses. All of it starts from an
 * ASCII character, so that a text without any is done at once.
 */
final class EntityScanner {
    private static final String WORD = "\\p{L}\\p{N}_";
    private static final String TAG = "\\p{L}\\p{Nd}_\\x{200c}\\x{b7}\\x{0d80}-\\x{0dff}";

    /** A tag may name the chat in which it is meant. */
    private static final String OF_CHAT = "(?:@[a-zA-Z0-9_]{3,32}+(?![" + WORD + "]))?";

    private static final Pattern MENTION =
            Pattern.compile("(?<![" + WORD + "])@([a-zA-Z0-9_]{2,32})(?![" + WORD + "])");
    private static final Pattern COMMAND = Pattern.compile("(?<![" + WORD
            + "/<>])/[a-zA-Z0-9_]{1,64}+(?:@[a-zA-Z0-9_]{3,32}+(?![" + WORD + "/<>])|(?![@" + WORD + "/<>]))");
    private static final Pattern HASHTAG =
            Pattern.compile("(?<![" + TAG + "])#([" + TAG + "]{1,256})" + OF_CHAT + "(?![" + TAG + "]*#)");
    private static final Pattern CASHTAG =
            Pattern.compile("(?<![$" + TAG + "])\\$(?:1INCH|[A-Z]{1,8}+)" + OF_CHAT + "(?![$" + TAG + "])");
    /** How the hosted service finds numbers is its own; this is what it finds in all common forms. */
    private static final Pattern PHONE =
            Pattern.compile("(?<![-+.,_\\p{L}0-9])\\+[0-9]{1,15}(?:[ -]?\\(?[0-9]{2,5}\\)?){0,5}(?![-_\\p{L}0-9])");

    private static final Pattern CARD =
            Pattern.compile("(?<![-+.,_\\p{L}0-9])[0-9](?:[ -]?[0-9]){12,18}(?![-_\\p{L}0-9])");
    private static final int LEAST_CARD = 13;
    private static final Pattern LETTER = Pattern.compile("\\p{L}");
    private static final Set<String> SHORT_NAMES = Set.of("gif", "vid", "pic");

    private EntityScanner() {}

    /** In order and without overlap. */
    static List<Entity> find(String text) {
        var found = new ArrayList<Entity>();
        each(MENTION, '@', text, match -> {
            var name = match.group(1);
            if (name.length() >= 4 || SHORT_NAMES.contains(name.toLowerCase(Locale.ROOT))) {
                add(EntityType.MENTION, match, found);
            }
        });
        each(COMMAND, '/', text, match -> add(EntityType.BOT_COMMAND, match, found));
        each(HASHTAG, '#', text, match -> {
            if (LETTER.matcher(match.group(1)).find()) add(EntityType.HASHTAG, match, found);
        });
        each(CASHTAG, '$', text, match -> add(EntityType.CASHTAG, match, found));
        each(PHONE, '+', text, match -> {
            long digits = match.group().chars().filter(Character::isDigit).count();
            if (digits >= 7 && digits <= 15) add(EntityType.PHONE_NUMBER, match, found);
        });
        if (digits(text) >= LEAST_CARD) {
            for (var match = CARD.matcher(text); match.find(); ) {
                if (isCard(match.group())) add(EntityType.BANK_CARD, match, found);
            }
        }
        UrlScanner.find(text, found);
        found.sort(Entity.ORDER);
        return withoutOverlap(found);
    }

    /** All matches of a pattern that begins with that character; looks nowhere else, as most texts hold none. */
    private static void each(Pattern pattern, char first, String text, Consumer<Matcher> use) {
        int at = text.indexOf(first);
        if (at < 0) return;
        var matcher = pattern.matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
        while (at >= 0) {
            matcher.region(at, text.length());
            boolean matches = matcher.lookingAt();
            if (matches) use.accept(matcher);
            at = text.indexOf(first, matches ? matcher.end() : at + 1);
        }
    }

    private static void add(EntityType type, Matcher match, List<Entity> found) {
        found.add(Entity.of(type, match.start(), match.end() - match.start()));
    }

    private static int digits(String text) {
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') digits++;
        }
        return digits;
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
