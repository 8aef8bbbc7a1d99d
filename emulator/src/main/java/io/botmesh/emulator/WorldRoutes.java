package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.Limits;
import io.botmesh.world.World;
import java.util.Locale;
import java.util.Map;

/** The world as a whole: its state, time, limits and queues. */
final class WorldRoutes {
    private static final Map<String, Limits> LIMITS = Map.of(
            "off", Limits.OFF, "paper", Limits.PAPER, "documented", Limits.DOCUMENTED, "cautious", Limits.CAUTIOUS);

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
                .needs("profile", FieldType.oneOf("off", "paper", "documented", "cautious"), "");
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
                + emulator.isClockVirtual() + ",\"now\":"
                + quoted(emulator.now().toString()) + "}";
    }

    private String used(Given given) {
        return world.limitsJson();
    }

    private String limits(Given given) throws Wrong {
        var limits = LIMITS.get(given.text("profile"));
        if (limits == null) throw new Wrong("\"profile\" is one of " + LIMITS.keySet());
        world.limits(limits);
        return "{\"ok\":true}";
    }
}
