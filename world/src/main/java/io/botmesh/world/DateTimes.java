package io.botmesh.world;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Moments in a text that every reader sees in a form of his own. */
final class DateTimes {
    private static final Pattern ADDRESS =
            Pattern.compile("tg:(?://)?time\\?unix=(\\d{1,10})(?:&format=([A-Za-z]*))?", Pattern.CASE_INSENSITIVE);

    private DateTimes() {}

    /** The argument of an entity: seconds, a blank and the form; null if there is no such moment. */
    static @Nullable String argument(String unix, String format) {
        long seconds = Lenient.number(unix);
        return seconds <= 0 || seconds > Integer.MAX_VALUE ? null : seconds + " " + inOrder(format);
    }

    /** The argument that an address in markup stands for, null if it is none. */
    static @Nullable String ofAddress(String url) {
        var match = ADDRESS.matcher(url.strip());
        return match.matches() ? argument(match.group(1), match.group(2) == null ? "" : match.group(2)) : null;
    }

    /** How long ago alone, or the day of the week, the date and the time, each of them once. */
    private static String inOrder(String format) {
        if (format.equals("r")) return "r";
        var ordered = new StringBuilder();
        if (format.indexOf('w') >= 0) ordered.append('w');
        if (format.indexOf('D') >= 0) ordered.append('D');
        else if (format.indexOf('d') >= 0) ordered.append('d');
        if (format.indexOf('T') >= 0) ordered.append('T');
        else if (format.indexOf('t') >= 0) ordered.append('t');
        return ordered.toString();
    }

    static void write(JsonWriter json, String argument) {
        int blank = argument.indexOf(' ');
        json.field("unix_time", Long.parseLong(argument.substring(0, blank)))
                .field("date_time_format", argument.substring(blank + 1));
    }
}
