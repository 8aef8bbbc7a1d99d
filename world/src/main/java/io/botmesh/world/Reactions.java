package io.botmesh.world;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** Who reacted how to which message, and which bots are told: by name in groups, by numbers and later in channels. */
final class Reactions {
    private static final class Reacted {
        final Map<Account, List<Reaction>> by = new LinkedHashMap<>();
        boolean announced;
    }

    private final Registry registry;
    private final Agenda agenda;
    private final Postman postman;
    /** Numbers are gathered for a while before they are told. */
    private final Duration gathered;

    private final Map<Message, Reacted> messages = new WeakHashMap<>();

    Reactions(Registry registry, Agenda agenda, Postman postman, int gatheredSeconds) {
        gathered = Duration.ofSeconds(gatheredSeconds);
        this.registry = registry;
        this.agenda = agenda;
        this.postman = postman;
    }

    List<Reaction> of(Message message, Account account) {
        var reacted = messages.get(message);
        return reacted == null ? List.of() : reacted.by.getOrDefault(account, List.of());
    }

    /** Somebody reacts, instead of as before. */
    void react(Message message, Account account, List<Reaction> now) {
        var reacted = messages.computeIfAbsent(message, any -> new Reacted());
        var before = reacted.by.getOrDefault(account, List.of());
        if (before.equals(now)) return;
        if (now.isEmpty()) reacted.by.remove(account);
        else reacted.by.put(account, List.copyOf(now));
        postman.tellOpinions();
        if (message.chat().kind() == Chat.Kind.CHANNEL) gather(message, reacted);
        else if (!account.bot()) tellWho(message, account, before, now);
    }

    /** As an array of {@code ReactionCount}. */
    JsonWriter writeCounts(JsonWriter json, Message message) {
        var counts = new LinkedHashMap<Reaction, Integer>();
        var reacted = messages.get(message);
        if (reacted != null) {
            for (var reactions : reacted.by.values()) for (var one : reactions) counts.merge(one, 1, Integer::sum);
        }
        json.array();
        counts.forEach((reaction, count) -> {
            reaction.write(json.object().name("type"));
            json.field("total_count", count).endObject();
        });
        return json.endArray();
    }

    private void tellWho(Message message, Account account, List<Reaction> before, List<Reaction> now) {
        var json = head(message);
        account.write(json.name("user"));
        json.field("date", agenda.seconds());
        Reaction.write(json.name("old_reaction"), before);
        Reaction.write(json.name("new_reaction"), now);
        give(message, UpdateKind.MESSAGE_REACTION, json.endObject());
    }

    private void gather(Message message, Reacted reacted) {
        if (reacted.announced) return;
        reacted.announced = true;
        agenda.at(agenda.now().plus(gathered), () -> {
            reacted.announced = false;
            var json = head(message).field("date", agenda.seconds());
            give(
                    message,
                    UpdateKind.MESSAGE_REACTION_COUNT,
                    writeCounts(json.name("reactions"), message).endObject());
        });
    }

    private static JsonWriter head(Message message) {
        var json = new JsonWriter(512).object();
        message.chat().write(json.name("chat"));
        return json.field("message_id", message.id());
    }

    /** Only administrators are told, and the bot of a private chat. */
    private void give(Message message, UpdateKind kind, JsonWriter json) {
        var chat = message.chat();
        for (var bot : registry.botsIn(chat)) {
            if (chat.kind() != Chat.Kind.PRIVATE && !chat.member(bot.account()).isAdmin()) continue;
            postman.give(bot, kind, chat.id(), Postman.named(kind, json));
        }
    }
}
