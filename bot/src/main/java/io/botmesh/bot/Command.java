package io.botmesh.bot;

import io.botmesh.botapi.Message;
import io.botmesh.botapi.MessageEntity;
import io.botmesh.botapi.MessageEntityType;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command such as {@code /vote@pollbot red blue}.
 *
 * @param name      without slash and bot, as it was written: commands differ by case
 * @param bot       the bot it names, without {@code @}, or null
 * @param arguments what follows, without space around it; often empty
 */
public record Command(String name, @Nullable String bot, String arguments) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,32}");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    /** The arguments one by one; quotes have no meaning. */
    public List<String> words() {
        return arguments.isEmpty() ? List.of() : List.of(SPACE.split(arguments));
    }

    /** Checks a name as handlers are registered with: {@code start}, or {@code start@another_bot}. */
    static void requireName(String name) {
        int at = name.indexOf('@');
        String own = at < 0 ? name : name.substring(0, at);
        if (name.startsWith("/")) throw new IllegalArgumentException("write the command without its slash: " + name);
        if (!NAME.matcher(own).matches() || at == name.length() - 1)
            throw new IllegalArgumentException("a command is 1 to 32 letters, digits and _, not \"" + name + '"');
    }

    /** The command at the very start of a message's text, whoever it is for; a caption is no command. */
    static @Nullable Command in(Message message) {
        String text = message.text();
        List<MessageEntity> entities = message.entities();
        if (text == null || entities == null) return null;
        for (MessageEntity entity : entities) {
            if (entity.offset() != 0 || !entity.type().equals(MessageEntityType.BOT_COMMAND)) continue;
            int end = (int) Math.min(entity.length(), text.length());
            if (end < 2) return null;
            int at = text.indexOf('@');
            boolean named = at > 0 && at < end;
            return new Command(
                    text.substring(1, named ? at : end),
                    named ? text.substring(at + 1, end) : null,
                    text.substring(end).strip());
        }
        return null;
    }

    /** Whether it is for the bot of this name: it names no bot, or this one. */
    boolean isFor(@Nullable String username) {
        return bot == null || bot.equalsIgnoreCase(username);
    }

    /** Name and bot as {@link #requireName} takes them. */
    String full() {
        return bot == null ? name : name + '@' + bot;
    }
}
