package io.botmesh.bot;

import io.botmesh.botapi.DecodeException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.Update;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Updates that steer what is going on, for {@link io.botmesh.runner.Ordering#control}: they overtake what waits in their
 * conversation and wait only for earlier ones of their sort.
 *
 * @param commands names without slash, exactly as written; whether they name another bot is not looked at
 * @param buttons  what the data of a pressed button begins with
 */
public record ControlUpdates(Set<String> commands, Set<String> buttons) implements Predicate<RawUpdate> {
    /** Slots kept for them, of those that a bot has. */
    static final int RESERVE = 4;

    private static final byte[] SIGN = "bot_command".getBytes(StandardCharsets.US_ASCII);

    public ControlUpdates {
        commands = Set.copyOf(commands);
        buttons = Set.copyOf(buttons);
        for (String name : commands) {
            Command.requireName(name);
            if (name.contains("@")) throw new IllegalArgumentException("a control command names no bot: " + name);
        }
    }

    /** Messages that begin with one of these commands. */
    public static ControlUpdates commands(String... names) {
        return new ControlUpdates(Set.of(names), Set.of());
    }

    /** Presses of buttons whose data begins with one of these. */
    public static ControlUpdates buttons(String... prefixes) {
        return new ControlUpdates(Set.of(), Set.of(prefixes));
    }

    public ControlUpdates and(ControlUpdates other) {
        return new ControlUpdates(union(commands, other.commands), union(buttons, other.buttons));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }

    /** Runs for each update on the runner's thread, so it looks into those only that can be meant. */
    @Override
    public boolean test(RawUpdate update) {
        return switch (update.kind()) {
            case "message", "channel_post" -> !commands.isEmpty() && holds(update.bytes(), SIGN) && isCommand(update);
            case "callback_query" -> !buttons.isEmpty() && isButton(update);
            default -> false;
        };
    }

    private boolean isCommand(RawUpdate raw) {
        Update update = decoded(raw);
        if (update == null) return false;
        var message = UpdateParts.ownMessage(update);
        Command command = message == null ? null : Command.in(message);
        return command != null && commands.contains(command.name());
    }

    private boolean isButton(RawUpdate raw) {
        Update update = decoded(raw);
        String data = update == null || update.callbackQuery() == null
                ? null
                : update.callbackQuery().data();
        return data != null && buttons.stream().anyMatch(data::startsWith);
    }

    /** Damage is for the handlers to find. */
    private static @Nullable Update decoded(RawUpdate raw) {
        try {
            return raw.decode();
        } catch (DecodeException damaged) {
            return null;
        }
    }

    private static boolean holds(byte[] text, byte[] wanted) {
        for (int at = 0; at <= text.length - wanted.length; at++) {
            int same = 0;
            while (same < wanted.length && text[at + same] == wanted[same]) same++;
            if (same == wanted.length) return true;
        }
        return false;
    }
}
