package io.botmesh.bench;

import io.botmesh.world.Admin;
import io.botmesh.world.Arguments;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Call;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Reply;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import io.botmesh.world.WorldOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a world needs for updates that nobody fetches, and for messages that nobody deletes. */
final class Memory implements Figure {
    private static final int BOTS = 100;
    private static final Pattern PENDING = Pattern.compile("\"pending_updates\":(\\d+)");

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var many = String.format(Locale.ROOT, "%,d ", scale.updates());
        return List.of(
                new Row(
                        many + "waiting updates over 100 bots, each a message of its own: heap",
                        "under 1 GB",
                        seen("queues", scale)),
                new Row(
                        many + "waiting updates over 100 bots of one channel: heap",
                        "under 1 GB",
                        seen("channel", scale)),
                new Row(many + "messages of a bot in one channel: heap", "", seen("history", scale)));
    }

    private static String seen(String what, Scale scale) throws Exception {
        try (var child = Child.start(Memory.class, what, Integer.toString(scale.updates()))) {
            return child.answer();
        }
    }

    /** The measured process. */
    public static void main(String[] args) {
        int count = Integer.parseInt(args[1]);
        var world = new World(WorldOptions.defaults(), new VirtualClock(Instant.parse("2026-01-01T00:00:00Z")), 1);
        long before = Vitals.heapBytes();
        long begun = System.nanoTime();
        switch (args[0]) {
            case "queues" -> queues(world, count);
            case "channel" -> channel(world, count);
            default -> history(world, count);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        long heap = Vitals.heapBytes();
        System.out.println(String.format(
                Locale.ROOT,
                "%s, %d bytes each; made in %.1f s",
                Texts.megabytes(heap),
                (heap - before) / count,
                seconds));
        if (!args[0].equals("history")) expectWaiting(world, count);
    }

    private static List<BotAccount> bots(World world) {
        var bots = new ArrayList<BotAccount>();
        for (int i = 0; i < BOTS; i++) bots.add(world.addBot("memory_" + i + "_bot"));
        return bots;
    }

    private static void queues(World world, int count) {
        var bots = bots(world);
        var person = world.addUser("Ann", null);
        for (int i = 0; i < count; i++) {
            world.people().say(person.id(), bots.get(i % BOTS).id(), Outgoing.text(Texts.numbered(i)));
        }
    }

    private static void channel(World world, int count) {
        var person = world.addUser("Ann", null);
        var admins = new ArrayList<Admin>();
        for (var bot : bots(world)) admins.add(Admin.full(bot.id()));
        admins.add(Admin.full(person.id()));
        long channel = world.addChannel("Memory", null, admins).id();
        for (int i = 0; i < count / BOTS; i++) {
            world.people().say(person.id(), channel, Outgoing.text(Texts.numbered(i)));
        }
    }

    private static void history(World world, int count) {
        var bot = world.addBot("memory_bot");
        long channel =
                world.addChannel("Memory", null, List.of(Admin.full(bot.id()))).id();
        for (int i = 0; i < count; i++) {
            var arguments = Arguments.of("chat_id", Long.toString(channel), "text", Texts.numbered(i));
            var reply = world.call(new Call(bot.token(), false, "sendMessage", arguments))
                    .join();
            if (!(reply instanceof Reply.Ok)) throw new IllegalStateException("refused: " + reply);
        }
    }

    /** A queue that dropped some would be small for the wrong reason. */
    private static void expectWaiting(World world, int count) {
        long waiting = 0;
        var matcher = PENDING.matcher(world.stateJson(false));
        while (matcher.find()) waiting += Long.parseLong(matcher.group(1));
        // Some more are about the bots' own joining.
        if (waiting < count) throw new IllegalStateException("only " + waiting + " updates wait");
    }
}
