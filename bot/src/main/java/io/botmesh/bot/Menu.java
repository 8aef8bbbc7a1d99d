package io.botmesh.bot;

import io.botmesh.bot.Composer.Registered;
import io.botmesh.botapi.Api;
import io.botmesh.botapi.BotCommand;
import io.botmesh.botapi.BotCommandScope;
import io.botmesh.botapi.BotCommandScopeAllChatAdministrators;
import io.botmesh.botapi.BotCommandScopeAllGroupChats;
import io.botmesh.botapi.BotCommandScopeAllPrivateChats;
import io.botmesh.botapi.BotCommandScopeDefault;
import io.botmesh.botapi.DeleteMyCommands;
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
    /** Hide the list for everyone from many people, and cannot be set by a person: @BotFather knows no scopes. */
    private static final List<BotCommandScope> WIDE = List.of(
            BotCommandScopeAllPrivateChats.of(),
            BotCommandScopeAllGroupChats.of(),
            BotCommandScopeAllChatAdministrators.of());

    /**
     * Who sees a list.
     *
     * @param language empty for those that have no list of their own
     */
    record Place(BotCommandScope scope, String language) {
        private @Nullable BotCommandScope scopeOrNull() {
            return scope.equals(EVERYONE) ? null : scope;
        }

        private @Nullable String languageOrNull() {
            return language.isEmpty() ? null : language;
        }

        @Override
        public String toString() {
            return scope + (language.isEmpty() ? "" : " in " + language);
        }
    }

    /** What some people see. */
    record Shown(Place place, List<BotCommand> commands) {}

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
            for (String language : languages) lists.add(new Shown(new Place(scope, language), list(entries, language)));
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

    /**
     * Sets those that are not so already, and deletes what is withdrawn. A scope that the server refuses, such as a chat it
     * has not seen, is left out. What else stands there is told of and left alone: nobody knows whose it is.
     *
     * @throws IllegalStateException if a list that is withdrawn is set
     */
    static void publish(Api api, List<Shown> lists, Set<Place> withdrawn) throws InterruptedException {
        Set<Place> known = new LinkedHashSet<>(withdrawn);
        for (Shown list : lists)
            if (!known.add(list.place()))
                throw new IllegalStateException("the menu for " + list.place() + " is withdrawn, and has commands");
        for (Place place : withdrawn) tried(place, () -> delete(api, place));
        for (Shown list : lists) tried(list.place(), () -> set(api, list));
        if (lists.isEmpty()) return;
        for (BotCommandScope scope : WIDE) {
            var place = new Place(scope, "");
            if (!known.contains(place)) tried(place, () -> look(api, place));
        }
    }

    private static void tried(Place place, Launch.Call<Boolean> call) throws InterruptedException {
        try {
            Launch.persistently("the menu", call);
        } catch (BotException.Refused refused) {
            if (place.scopeOrNull() == null) throw refused;
            log.warn("no menu for {}: {}", place, refused.getMessage());
        }
    }

    private static List<BotCommand> standing(Api api, Place place) throws InterruptedException {
        return api.call(GetMyCommands.of().withScope(place.scopeOrNull()).withLanguageCode(place.languageOrNull()));
    }

    private static boolean set(Api api, Shown list) throws InterruptedException {
        var place = list.place();
        if (standing(api, place).equals(list.commands())) return false;
        return api.call(SetMyCommands.of(list.commands())
                .withScope(place.scopeOrNull())
                .withLanguageCode(place.languageOrNull()));
    }

    private static boolean delete(Api api, Place place) throws InterruptedException {
        if (standing(api, place).isEmpty()) return false;
        return api.call(DeleteMyCommands.of().withScope(place.scopeOrNull()).withLanguageCode(place.languageOrNull()));
    }

    private static boolean look(Api api, Place place) throws InterruptedException {
        var standing = standing(api, place);
        if (standing.isEmpty()) return false;
        log.warn(
                "a menu of {} commands stands for {}, which no handler declares and which hides the one for everyone;"
                        + " Bot.withdrawMenu deletes it",
                standing.size(),
                place);
        return true;
    }
}
