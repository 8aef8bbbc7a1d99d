package io.botmesh.bot;

import io.botmesh.bot.Composer.Registered;
import io.botmesh.botapi.Api;
import io.botmesh.botapi.BotCommand;
import io.botmesh.botapi.BotCommandScope;
import io.botmesh.botapi.BotCommandScopeDefault;
import io.botmesh.botapi.GetMyCommands;
import io.botmesh.botapi.SetMyCommands;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that a bot shows to people: those that were registered with a description. Clients show one list, that of the
 * narrowest scope which has one, so a list for some chats has what is for everyone too; likewise for languages.
 */
final class Menu {
    private static final Logger log = LoggerFactory.getLogger(Bot.class);
    private static final BotCommandScope EVERYONE = BotCommandScopeDefault.of();

    /**
     * What some people see.
     *
     * @param language empty for those that have no list of their own
     */
    record Shown(BotCommandScope scope, String language, List<BotCommand> commands) {
        private @Nullable BotCommandScope scopeOrNull() {
            return scope.equals(EVERYONE) ? null : scope;
        }

        private @Nullable String languageOrNull() {
            return language.isEmpty() ? null : language;
        }
    }

    private Menu() {}

    /** In the order of the handlers; the first of a name counts. */
    static List<Shown> of(Composer composer) {
        Map<String, MenuEntry> known = new LinkedHashMap<>();
        collect(composer, known);
        Set<BotCommandScope> scopes = new LinkedHashSet<>();
        for (MenuEntry entry : known.values())
            if (entry.scopes().isEmpty()) scopes.add(EVERYONE);
            else scopes.addAll(entry.scopes());
        List<Shown> lists = new ArrayList<>();
        for (BotCommandScope scope : scopes) {
            var entries = known.values().stream()
                    .filter(entry -> entry.scopes().isEmpty() || entry.scopes().contains(scope))
                    .toList();
            Set<String> languages = new TreeSet<>(Set.of(""));
            entries.forEach(entry -> languages.addAll(entry.translations().keySet()));
            for (String language : languages) lists.add(new Shown(scope, language, list(entries, language)));
        }
        return lists;
    }

    private static void collect(Composer composer, Map<String, MenuEntry> known) {
        for (Registered one : composer.registered()) {
            MenuEntry entry = one.menu();
            if (entry != null) known.putIfAbsent(entry.name(), entry);
            one.inside().forEach(inside -> collect(inside, known));
        }
    }

    private static List<BotCommand> list(List<MenuEntry> entries, String language) {
        return entries.stream()
                .map(entry -> BotCommand.of(entry.name(), entry.descriptionIn(language)))
                .toList();
    }

    /** Sets those that are not so already. A scope that the server refuses, such as a chat it has not seen, is left out. */
    static void publish(Api api, List<Shown> lists) throws InterruptedException {
        for (Shown list : lists) {
            try {
                Launch.persistently("the menu", () -> set(api, list));
            } catch (BotException.Refused refused) {
                if (list.scopeOrNull() == null) throw refused;
                log.warn("no menu for {}: {}", list.scope(), refused.getMessage());
            }
        }
    }

    private static boolean set(Api api, Shown list) throws InterruptedException {
        var now = api.call(GetMyCommands.of().withScope(list.scopeOrNull()).withLanguageCode(list.languageOrNull()));
        if (now.equals(list.commands())) return false;
        return api.call(SetMyCommands.of(list.commands())
                .withScope(list.scopeOrNull())
                .withLanguageCode(list.languageOrNull()));
    }
}
