package io.botmesh.world;

import io.botmesh.world.BotProfile.Command;
import io.botmesh.world.BotProfile.CommandKey;
import io.botmesh.world.Method.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Methods about the commands in a bot's menu. */
final class CommandMethods {
    private static final int MOST = 100;
    private static final int MOST_NAME = 32;
    private static final int MOST_DESCRIPTION = 256;
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2}");

    private final Core core;

    CommandMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("setMyCommands", Pace.OTHER, this::setMyCommands);
        table.faithful("getMyCommands", Pace.OTHER, this::getMyCommands);
        table.faithful("deleteMyCommands", Pace.OTHER, this::deleteMyCommands);
    }

    /** An empty list deletes. */
    Reply setMyCommands(Bot bot, Params params) {
        var commands = parse(params);
        var key = new CommandKey(CommandScope.parse(bot, params, core), language(params));
        if (commands.size() > MOST) throw Refused.of(400, "BOT_COMMANDS_TOO_MUCH");
        if (commands.isEmpty()) bot.profile.commands.remove(key);
        else bot.profile.commands.put(key, commands);
        return BotMethods.TRUE;
    }

    /** Exactly those of the scope and language, no others in their place. */
    Reply getMyCommands(Bot bot, Params params) {
        var key = new CommandKey(CommandScope.parse(bot, params, core), language(params));
        return new Reply.Ok(json(bot.profile.commands.getOrDefault(key, List.of())));
    }

    Reply deleteMyCommands(Bot bot, Params params) {
        bot.profile.commands.remove(new CommandKey(CommandScope.parse(bot, params, core), language(params)));
        return BotMethods.TRUE;
    }

    static String json(List<Command> commands) {
        var json = new JsonWriter().array();
        for (var command : commands) {
            json.object().field("command", command.name()).field("description", command.description());
            if (command.ephemeral()) json.field("is_ephemeral", true);
            json.endObject();
        }
        return json.endArray().toString();
    }

    /** Two small letters, or nothing for all languages. */
    static String language(Params params) {
        var code = params.text("language_code");
        if (!code.isEmpty() && !LANGUAGE.matcher(code).matches()) {
            throw Refused.of(400, "Invalid language code specified");
        }
        return code;
    }

    private static List<Command> parse(Params params) {
        if (!params.has("commands")) return List.of();
        var json = Fields.json(params, "commands", "Can't parse commands JSON object");
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of BotCommand");
        List<Command> written = new ArrayList<>();
        for (var element : json.values()) {
            written.add(Fields.within("Can't parse BotCommand", element, CommandMethods::written));
        }
        return written.stream().map(CommandMethods::check).toList();
    }

    private static Command written(JsonNode json) {
        var fields = Fields.of(json, "expected an Object");
        return new Command(
                fields.requiredRaw("command"), fields.requiredRaw("description"), fields.flag("is_ephemeral"));
    }

    private static Command check(Command written) {
        var name = TextCleaner.cleanLine("Command", written.name()).strip();
        if (name.startsWith("/")) name = name.substring(1);
        var description = TextCleaner.cleanLine("Command description", written.description())
                .strip();
        if (name.isEmpty()) throw Refused.of(400, "Command must be non-empty");
        if (name.codePointCount(0, name.length()) > MOST_NAME) {
            throw Refused.of(400, "Command length must not exceed " + MOST_NAME);
        }
        if (description.isEmpty()) throw Refused.of(400, "Command description must be non-empty");
        if (description.codePointCount(0, description.length()) > MOST_DESCRIPTION) {
            throw Refused.of(400, "Command description length must not exceed " + MOST_DESCRIPTION);
        }
        if (!NAME.matcher(name).matches()) throw Refused.of(400, "BOT_COMMAND_INVALID");
        return new Command(name, description, written.ephemeral());
    }
}
