package io.botmesh.world;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;

/** How the server reads values: garbage is 0 or false, a number ends at its first non-digit. */
final class Lenient {
    private static final JsonMapper JSON =
            JsonMapper.builder().nodeFactory(new FiniteNumbers()).build();

    private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d{1,3})?");

    /** A number of an argument may be said again in an answer, where JSON has no word for what is beyond the largest one. */
    private static final class FiniteNumbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1;

        @Override
        public NumericNode numberNode(double value) {
            return super.numberNode(Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE));
        }
    }

    private Lenient() {}

    static boolean flag(@Nullable String text) {
        if (text == null) return false;
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "1" -> true;
            default -> false;
        };
    }

    /** The leading digits with their sign, wrapped to 64 bits; 0 if there are none. */
    static long number(String text) {
        boolean negative = text.startsWith("-");
        long value = 0;
        for (int i = negative ? 1 : 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) break;
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    /** The leading number with a point and an exponent if it has them; 0 if there is none. */
    static double decimal(String text) {
        var match = DECIMAL.matcher(text.strip());
        return match.lookingAt() ? Double.parseDouble(match.group()) : 0;
    }

    /** As {@link #number}, wrapped to 32 bits and then clamped; the default if nothing was given. */
    static int integer(@Nullable String text, int otherwise, int least, int most) {
        if (text == null || text.isEmpty()) return otherwise;
        int wrapped = (int) number(text);
        return Math.clamp(wrapped, least, most);
    }

    /** Null if the text is no JSON. */
    static @Nullable JsonNode json(@Nullable String text) {
        if (text == null || text.isBlank()) return null;
        try {
            return JSON.readTree(SurrogateEscapes.settle(text));
        } catch (JacksonException notJson) {
            return null;
        }
    }

    /**
     * A field as text, numbers and flags included; empty if it is missing, null or nested. What is no UTF-8 is refused.
     */
    static String text(JsonNode object, String field) {
        return TextCleaner.requireUnicode(raw(object, field));
    }

    /** A field as it came, for whoever refuses a broken one in other words or only looks something up by it. */
    static String raw(JsonNode object, String field) {
        var node = object.get(field);
        return node == null || node.isNull() || node.isContainer() ? "" : node.asString("");
    }

    static long number(JsonNode object, String field) {
        return number(raw(object, field));
    }

    static boolean flag(JsonNode object, String field) {
        return flag(raw(object, field));
    }
}
