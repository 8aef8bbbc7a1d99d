package io.botmesh.world;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a bot has said of itself: names and descriptions by language, commands by scope, menu buttons, wished rights. */
final class BotProfile {
    /** One command of a menu. */
    record Command(String name, String description, boolean ephemeral) {}

    /** Which commands: those for one language, or for all that have none of their own. */
    record CommandKey(CommandScope scope, String language) {}

    /** What opens beside the text field; the type alone says it unless it is a web app. */
    record MenuButton(String type, String text, String url) {
        static final MenuButton DEFAULT = new MenuButton("default", "", "");
        static final MenuButton COMMANDS = new MenuButton("commands", "", "");
    }

    final Map<CommandKey, List<Command>> commands = new HashMap<>();
    final Map<String, String> names = new HashMap<>();
    final Map<String, String> descriptions = new HashMap<>();
    final Map<String, String> shortDescriptions = new HashMap<>();
    /** By person, 0 for all. */
    final Map<Long, MenuButton> menuButtons = new HashMap<>();

    Set<Right> groupRights = EnumSet.noneOf(Right.class);
    Set<Right> channelRights = EnumSet.noneOf(Right.class);

    /** The commands that somebody finds: of the nearest scope that has any, in their language before all others. */
    List<Command> commandsFor(Chat chat, Account person) {
        var language = person.languageCode() == null ? "" : person.languageCode();
        for (var scope : CommandScope.of(chat, person)) {
            var found = commands.get(new CommandKey(scope, language));
            if (found == null) found = commands.get(new CommandKey(scope, ""));
            if (found != null) return found;
        }
        return List.of();
    }

    /** In that language, else in none in particular. */
    static String in(Map<String, String> texts, String language, String otherwise) {
        @Nullable String own = texts.get(language);
        if (own == null) own = texts.get("");
        return own == null ? otherwise : own;
    }
}
