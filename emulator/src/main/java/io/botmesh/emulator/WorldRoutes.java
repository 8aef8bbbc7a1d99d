package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.Limits;
import io.botmesh.world.World;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The world as a whole: its state, time, limits and queues. */
final class WorldRoutes {
    private static final Map<String, Limits> LIMITS = Map.of(
            "off", Limits.OFF, "paper", Limits.PAPER, "documented", Limits.DOCUMENTED, "cautious", Limits.CAUTIOUS);

    private static final List<String> CUSTOM = List.of("chat", "group", "channel", "bot", "chat_total", "edits_count");

    private static final FieldType COUNT = FieldType.number(1, 1_000_000);
    private static final Fields RATE = new Fields("Rate")
            .needs("messages", COUNT, "Come back evenly in each period.")
            .needs("per", FieldType.DURATION, "The period.")
            .takes("burst", COUNT, "At once after a quiet time; default 1.");
    private static final Fields WINDOW = new Fields("Window")
            .needs("messages", COUNT, "Most in any span of that length.")
            .needs("span", FieldType.DURATION, "");

    private final Emulator emulator;
    private final World world;

    WorldRoutes(Emulator emulator) {
        this.emulator = emulator;
        world = emulator.world();
    }

    void addTo(ControlTable table) {
        table.get(
                        "/control/state",
                        "Bots with the length of their queues, people, chats with their members.",
                        this::state)
                .takes("tokens", FieldType.FLAG, "Whether the bots' tokens are shown.");
        table.post("/control/updates", "Lets a bot's update ids jump, as after a week without updates.", this::updates)
                .needs("bot", FieldType.ID, "No update may wait for it.")
                .needs("jump", FieldType.FLAG, "True.");
        table.post("/control/clock", "Moves a virtual clock and does all that becomes due on the way.", this::clock)
                .needs("advance", FieldType.DURATION, "")
                .waits();
        table.get("/control/server", "What server this is, and its time.", this::server);
        table.get("/control/limits", "The limits by name, and how much of them is used.", this::used);
        table.post("/control/limits", "Other sending limits from now on.", this::limits)
                .takes("profile", FieldType.oneOf("off", "paper", "documented", "cautious"), "Default off.")
                .takes("chat", FieldType.object(RATE), "For each bot in each chat, instead of the profile's.")
                .takes("group", FieldType.object(WINDOW), "For each bot in each group.")
                .takes("channel", FieldType.object(WINDOW), "For each bot in each channel.")
                .takes("bot", FieldType.object(RATE), "For each bot over all chats.")
                .takes("chat_total", FieldType.object(RATE), "For all bots together in each chat.")
                .takes("edits_count", FieldType.FLAG, "Whether an edit costs what a message costs.");
    }

    private String state(Given given) {
        return world.stateJson(given.flag("tokens", false));
    }

    private String updates(Given given) throws Wrong {
        if (!given.flag("jump", false)) throw new Wrong("\"jump\" is true");
        return "{\"next_update_id\":" + world.jumpUpdateId(given.id("bot")) + "}";
    }

    private String clock(Given given) {
        emulator.advance(given.duration("advance"));
        return "{\"now\":" + quoted(emulator.now().toString()) + "}";
    }

    private String server(Given given) {
        return "{\"api\":" + quoted(emulator.api().toString()) + ",\"profile\":"
                + quoted(world.options().profile().name().toLowerCase(Locale.ROOT)) + ",\"virtual_clock\":"
                + emulator.isClockVirtual() + ",\"assumptions\":"
                + quoted(world.options().assumptions().toString()) + ",\"now\":"
                + quoted(emulator.now().toString()) + "}";
    }

    private String used(Given given) {
        return world.limitsJson();
    }

    private String limits(Given given) throws Wrong {
        if (!CUSTOM.stream().anyMatch(given::has) && !given.has("profile")) {
            throw new Wrong("\"profile\" is missing, or one of " + String.join(", ", CUSTOM));
        }
        var limits = LIMITS.getOrDefault(given.has("profile") ? given.text("profile") : "off", Limits.OFF);
        if (given.has("chat")) limits = limits.withChat(rate(given.object("chat")));
        if (given.has("group")) limits = limits.withGroup(window(given.object("group")));
        if (given.has("channel")) limits = limits.withChannel(window(given.object("channel")));
        if (given.has("bot")) limits = limits.withBot(rate(given.object("bot")));
        if (given.has("chat_total")) limits = limits.withChatTotal(rate(given.object("chat_total")));
        if (given.has("edits_count")) limits = limits.withEditsCount(given.flag("edits_count", false));
        world.limits(limits);
        return "{\"ok\":true}";
    }

    private static Limits.Rate rate(Given given) {
        return new Limits.Rate(given.number("messages"), given.duration("per"), given.number("burst", 1));
    }

    private static Limits.Window window(Given given) {
        return new Limits.Window(given.number("messages"), given.duration("span"));
    }
}
