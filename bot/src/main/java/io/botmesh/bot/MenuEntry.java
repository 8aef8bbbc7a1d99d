package io.botmesh.bot;

import io.botmesh.botapi.BotCommandScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A command as the bot's menu shows it. Register it with {@link Composer#command(MenuEntry, UpdateHandler)}.
 *
 * @param name         1 to 32 small letters, digits and {@code _}
 * @param description  1 to 256 characters, for everyone whose language has no translation
 * @param translations descriptions by language, of two letters as ISO 639-1 has them
 * @param scopes       whose menus show it; empty for all. It says nothing about who may use the command
 */
public record MenuEntry(
        String name, String description, Map<String, String> translations, List<BotCommandScope> scopes) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,32}");
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2}");
    private static final int LONGEST = 256;

    public MenuEntry {
        // The server takes lower case only.
        if (!NAME.matcher(name).matches())
            throw new IllegalArgumentException(
                    "a command in the menu is 1 to 32 small letters, digits and _, not \"" + name + '"');
        translations = Map.copyOf(translations);
        scopes = List.copyOf(scopes);
        checkDescription(name, description);
        translations.forEach((language, translation) -> {
            checkLanguage(language);
            checkDescription(name, translation);
        });
    }

    static void checkLanguage(String language) {
        if (!LANGUAGE.matcher(language).matches())
            throw new IllegalArgumentException("a language has two small letters, not \"" + language + '"');
    }

    private static void checkDescription(String name, String description) {
        if (description.isBlank() || description.codePointCount(0, description.length()) > LONGEST)
            throw new IllegalArgumentException("a description has 1 to " + LONGEST + " characters: /" + name);
    }

    /** For everyone, in one language. */
    public static MenuEntry of(String name, String description) {
        return new MenuEntry(name, description, Map.of(), List.of());
    }

    /** With the description for those whose client is set to this language. */
    public MenuEntry translated(String language, String description) {
        Map<String, String> more = new LinkedHashMap<>(translations);
        more.put(language, description);
        return new MenuEntry(name, this.description, more, scopes);
    }

    /** Only in the menus of these. */
    public MenuEntry shownIn(BotCommandScope... scopes) {
        return new MenuEntry(name, description, translations, List.of(scopes));
    }

    String descriptionIn(String language) {
        return translations.getOrDefault(language, description);
    }
}
