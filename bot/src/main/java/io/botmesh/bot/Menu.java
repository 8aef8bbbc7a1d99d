package io.botmesh.bot;

import io.botmesh.bot.Composer.Registered;
import io.botmesh.botapi.BotCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The commands that a bot shows to people: those that were registered with a description. */
final class Menu {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,32}");
    private static final int LONGEST = 256;

    private Menu() {}

    /** A line of it; the server takes lower case only. */
    static BotCommand line(String name, String description) {
        if (!NAME.matcher(name).matches())
            throw new IllegalArgumentException(
                    "a command in the menu is 1 to 32 small letters, digits and _, not \"" + name + '"');
        if (description.isBlank() || description.codePointCount(0, description.length()) > LONGEST)
            throw new IllegalArgumentException("a description has 1 to " + LONGEST + " characters: /" + name);
        return BotCommand.of(name, description);
    }

    /** In the order of the handlers; the first of a name counts. */
    static List<BotCommand> of(Composer composer) {
        Map<String, BotCommand> lines = new LinkedHashMap<>();
        collect(composer, lines);
        return new ArrayList<>(lines.values());
    }

    private static void collect(Composer composer, Map<String, BotCommand> lines) {
        for (Registered one : composer.registered()) {
            BotCommand line = one.menu();
            if (line != null) lines.putIfAbsent(line.command(), line);
            one.inside().forEach(inside -> collect(inside, lines));
        }
    }
}
