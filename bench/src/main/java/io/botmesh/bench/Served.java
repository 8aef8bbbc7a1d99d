package io.botmesh.bench;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Admin;
import io.botmesh.world.Arguments;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Call;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Person;
import io.botmesh.world.WebhookTargets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The measured process: an emulator, or the floor under it. Obeys commands on its standard input. */
final class Served {
    private Served() {}

    /** {@code emulator}, {@code hooks} for one that goes anywhere, {@code kept} for one with a state file, or {@code floor}. */
    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        if (args[0].equals("floor")) {
            try (var floor = new Floor()) {
                out.println(floor.port());
                obey(in, out, words -> {
                    floor.answer(words[1], words[2], words[3]);
                    return "ok";
                });
            }
        } else if (args[0].equals("kept")) {
            var folder = Files.createTempDirectory("botmesh-bench-");
            try (var emulator = Emulator.start(EmulatorOptions.defaults().withState(folder.resolve("state.db")))) {
                out.println(emulator.api().getPort());
                var scene = new KeptScene(emulator);
                obey(in, out, words -> scene.bots(Integer.parseInt(words[1])));
            } finally {
                try (var files = Files.list(folder)) {
                    for (var file : files.toList()) Files.delete(file);
                }
                Files.delete(folder);
            }
        } else {
            var options = EmulatorOptions.defaults();
            var anywhere = options.withWorld(options.world().withWebhookTargets(WebhookTargets.ANY));
            try (var emulator = Emulator.start(args[0].equals("hooks") ? anywhere : options)) {
                out.println(emulator.api().getPort());
                var cast = new Cast(emulator);
                obey(in, out, cast::obey);
            }
        }
    }

    private interface Orders {
        String obey(String[] words) throws IOException;
    }

    private static void obey(BufferedReader in, PrintStream out, Orders orders) throws IOException {
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.split(" ", -1);
            out.println(
                    switch (words[0]) {
                        case "cpu" -> Vitals.cpuNanos();
                        case "heap" -> Vitals.heapBytes();
                        default -> orders.obey(words);
                    });
        }
    }

    /** Who is there: bots, a person who knows each of them, and a channel with some of them. */
    private static final class Cast {
        private final Emulator emulator;
        private final List<BotAccount> bots = new ArrayList<>();
        private final Person owner;
        private int earlier;
        private long channel;

        Cast(Emulator emulator) {
            this.emulator = emulator;
            owner = emulator.world().addUser("Owner", null);
        }

        String obey(String[] words) {
            return switch (words[0]) {
                case "bots" -> bots(Integer.parseInt(words[1]));
                case "channel" -> channel();
                case "post" -> post(Integer.parseInt(words[1]));
                case "say" -> say();
                case "hook" -> hook(words[1]);
                case "polling" -> Integer.toString(polling());
                default -> throw new IllegalArgumentException(words[0]);
            };
        }

        /** Tokens of new bots, then the id of the person who has written to all of them. */
        private String bots(int count) {
            var tokens = new ArrayList<String>();
            earlier = bots.size();
            for (int i = 0; i < count; i++) {
                var bot = emulator.world().addBot(String.format(Locale.ROOT, "bench_%d_bot", bots.size()));
                bots.add(bot);
                tokens.add(bot.token());
            }
            return String.join(" ", tokens) + " " + owner.id();
        }

        private String channel() {
            var admins = new ArrayList<Admin>();
            admins.add(Admin.full(owner.id()));
            for (var bot : latest()) admins.add(Admin.full(bot.id()));
            channel = emulator.world().addChannel("Bench", null, admins).id();
            return Long.toString(channel);
        }

        private String post(int count) {
            for (int i = 0; i < count; i++) {
                emulator.world().people().say(owner.id(), channel, Outgoing.text(Texts.numbered(i)));
            }
            return "ok";
        }

        private String hook(String port) {
            for (var bot : latest()) {
                var url = Arguments.of("url", "http://127.0.0.1:" + port + "/" + bot.id());
                emulator.world()
                        .call(new Call(bot.token(), false, "setWebhook", url))
                        .join();
            }
            return "ok";
        }

        private String say() {
            for (var bot : latest()) emulator.world().people().say(owner.id(), bot.id(), Outgoing.text("hello"));
            return "ok";
        }

        private List<BotAccount> latest() {
            return bots.subList(earlier, bots.size());
        }

        private int polling() {
            return Texts.count(emulator.world().stateJson(false), "\"polling\":true");
        }
    }
}
