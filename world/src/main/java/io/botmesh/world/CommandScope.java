package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Where a list of commands counts.
 *
 * @param chatId 0 unless it is about one chat
 * @param userId 0 unless it is about one member
 */
record CommandScope(String type, long chatId, long userId) {
    static final CommandScope DEFAULT = new CommandScope("default", 0, 0);

    static CommandScope parse(Bot bot, Params params, Core core) {
        if (!params.has("scope")) return DEFAULT;
        var json = Fields.json(params, "scope", "Can't parse BotCommandScope JSON object");
        var scope = Fields.within("Can't parse BotCommandScope", json, CommandScope::parse);
        return scope.chat.isEmpty() ? new CommandScope(scope.type, 0, 0) : scope.resolve(bot, core);
    }

    /** All scopes that speak to a person in a chat, the nearest first. */
    static List<CommandScope> of(Chat chat, Account person) {
        var scopes = new ArrayList<CommandScope>();
        if (chat.kind() == Chat.Kind.PRIVATE) {
            scopes.add(new CommandScope("chat", chat.id(), 0));
            scopes.add(new CommandScope("all_private_chats", 0, 0));
        } else {
            boolean admin = chat.member(person).isAdmin();
            scopes.add(new CommandScope("chat_member", chat.id(), person.id()));
            if (admin) scopes.add(new CommandScope("chat_administrators", chat.id(), 0));
            scopes.add(new CommandScope("chat", chat.id(), 0));
            if (admin) scopes.add(new CommandScope("all_chat_administrators", 0, 0));
            scopes.add(new CommandScope("all_group_chats", 0, 0));
        }
        scopes.add(DEFAULT);
        return scopes;
    }

    private static Written parse(JsonNode json) {
        var fields = Fields.of(json, "BotCommandScope must be an Object");
        var type = fields.requiredText("type");
        return switch (type) {
            case "default", "all_private_chats", "all_group_chats", "all_chat_administrators" ->
                new Written(type, "", 0);
            case "chat", "chat_administrators" -> new Written(type, chat(fields), 0);
            case "chat_member" -> {
                var chat = chat(fields);
                long user = fields.requiredNumber("user_id");
                if (user <= 0) throw Refused.of(400, "Invalid user_id specified");
                yield new Written(type, chat, user);
            }
            default -> throw Refused.of(400, "Unsupported type specified");
        };
    }

    private static String chat(Fields fields) {
        var chat = fields.requiredRaw("chat_id");
        if (chat.isEmpty()) throw Refused.of(400, "Empty chat_id specified");
        return chat;
    }

    /** As the client wrote it, with the chat not yet looked up. */
    private record Written(String type, String chat, long user) {
        CommandScope resolve(Bot bot, Core core) {
            var found = core.access().writable(bot, chat);
            if (found.kind() == Chat.Kind.CHANNEL) throw Refused.of(400, "Can't change commands in channel chats");
            if (found.kind() == Chat.Kind.PRIVATE && !type.equals("chat")) {
                throw Refused.of(400, "Can't use specified scope in private chats");
            }
            if (user != 0 && core.registry().account(user) == null) throw Refused.of(400, "user not found");
            return new CommandScope(type, found.id(), user);
        }
    }
}
