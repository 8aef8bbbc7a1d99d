package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.LimitOptions;
import io.botmesh.botapi.LimitedApi;
import io.botmesh.botapi.RawJson;
import io.botmesh.botapi.SendListener;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.SendQueue;
import io.botmesh.botapi.SendStore.Kept;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.Fault;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Line 29: a process that sends is killed, again and again, where it just stands. */
class SendCrashTest {
    private static final int KILLS = 3;
    private static final int PEOPLE = 5;
    private static final Pattern TEXT = Pattern.compile("\"text\":\"(\\d+)\"");

    @TempDir
    Path folder;

    private final Set<Integer> promised = new HashSet<>();
    private final Set<Integer> surfaced = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();
    private int lastSaid;

    @Test
    @Timeout(300)
    void line29KilledTimeAndAgainNothingIsLostAndNothingGoesTwiceUnnoticed() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("SendCrashTest seed " + seed);
        var random = new Random(seed);
        try (var telegram = Telegram.start()) {
            TestBot bot = telegram.bot("durable_bot");
            List<TestPerson> people = new ArrayList<>();
            for (int i = 0; i < PEOPLE; i++) people.add(telegram.person("Person" + i));
            for (TestPerson person : people) person.opens(bot);
            // Sent, and not yet known to be: in one chat that moment lasts until the kill, so each one hits it.
            var faults = telegram.emulator().world().faults();
            var stuck = people.getFirst();
            faults.add(Fault.slow(Duration.ofHours(1)).onMethods("sendMessage").inChat(stuck.id()));
            faults.add(Fault.slow(Duration.ofMillis(30)).onMethods("sendMessage"));
            int lines = 0;
            for (int kill = 0; kill < KILLS; kill++) live(bot, people, 10 + random.nextInt(40));
            faults.clear();
            live(bot, people, Integer.MAX_VALUE);

            assertThat(wrong).as("seed %d", seed).isEmpty();
            Map<Integer, Integer> got = new HashMap<>();
            for (int i = 0; i < PEOPLE; i++) {
                Set<Integer> first = new LinkedHashSet<>();
                for (MessageView view : people.get(i).sees(bot)) {
                    if (view.text().startsWith("/")) continue;
                    int number = Integer.parseInt(view.text());
                    got.merge(number, 1, Integer::sum);
                    first.add(number);
                }
                assertThat(List.copyOf(first))
                        .as("seed %d: order for person %d", seed, i)
                        .isSorted();
                lines += first.size();
            }
            assertThat(got.keySet()).as("seed %d: nothing is lost", seed).containsAll(promised);
            got.forEach((number, times) -> {
                if (times > 1)
                    assertThat(surfaced)
                            .as("seed %d: %d came %d times", seed, number, times)
                            .contains(number);
            });
            System.out.println("SendCrashTest promised " + promised.size() + ", surfaced " + surfaced.size()
                    + ", came twice "
                    + got.values().stream().filter(times -> times > 1).count());
            assertThat(surfaced).isNotEmpty();
            assertThat(lines).isGreaterThanOrEqualTo(40); // otherwise the kills came too early to show anything
        }
    }

    /** One process, until it has said so often that something was sent, or until it ends by itself. */
    private void live(TestBot bot, List<TestPerson> people, int sends) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.resolve("sends.db").toString(),
                bot.api().toString(),
                bot.token(),
                Integer.toString(lastSaid),
                sends == Integer.MAX_VALUE ? "end" : "go on"));
        for (TestPerson person : people) command.add(Long.toString(person.id()));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int heard = 0;
            for (var line = said.readLine(); line != null; line = said.readLine()) {
                hear(line);
                if (line.startsWith("sent ") && ++heard == sends)
                    process.toHandle().destroyForcibly(); // SIGKILL
            }
            if (sends == Integer.MAX_VALUE) assertThat(process.waitFor()).isZero();
            else assertThat(process.waitFor()).isEqualTo(128 + 9);
        } finally {
            process.destroyForcibly();
        }
    }

    private void hear(String line) {
        var words = line.split(" ", -1);
        if (words.length != 3 || !words[2].equals(".")) return; // the kill has cut it, or it is somebody's log
        int number = Integer.parseInt(words[1]);
        switch (words[0]) {
            case "begins" -> lastSaid = Math.max(lastSaid, number);
            case "promised" -> promised.add(number);
            case "maybe" -> surfaced.add(number);
            case "sent" -> {}
            default -> wrong.add(line);
        }
    }

    /** The process that is killed. */
    static final class Child {
        private final FileOutputStream out = new FileOutputStream(FileDescriptor.out); // unbuffered

        public static void main(String[] args) throws Exception {
            new Child().run(args);
        }

        private void say(String what, int number) {
            try {
                out.write((what + " " + number + " .\n").getBytes(StandardCharsets.UTF_8)); // one write, so never mixed
            } catch (IOException nobodyListens) {
                throw new UncheckedIOException(nobodyListens);
            }
        }

        private void run(String[] args) throws Exception {
            var people = new ArrayList<Long>();
            for (int i = 5; i < args.length; i++) people.add(Long.parseLong(args[i]));
            int number = Integer.parseInt(args[3]);
            var asking = new SendListener() {
                @Override
                public Verdict onMaybeSent(Kept call) {
                    Matcher text = TEXT.matcher(call.parameters());
                    if (text.find()) say("maybe", Integer.parseInt(text.group(1)));
                    return Verdict.RESEND;
                }

                @Override
                public void onSent(Kept call, RawJson answer) {
                    say("sent", (int) call.number());
                }
            };
            var server = ApiOptions.defaults().withBase(URI.create(args[1]));
            try (var bot = new BotApi(server, BotToken.parse(args[2]));
                    var database = SqliteDatabase.open(Path.of(args[0]));
                    var queue = SendQueue.open(
                            new LimitedApi(bot, LimitOptions.defaults()), new JdbcSendStore(database), asking)) {
                if (args[4].equals("end")) {
                    while (queue.size() > 0) Thread.onSpinWait();
                    return;
                }
                while (true) {
                    while (queue.size() > 50) Thread.onSpinWait();
                    number++;
                    say("begins", number);
                    queue.add(SendMessage.of(people.get(number % people.size()), Integer.toString(number)));
                    say("promised", number);
                }
            }
        }
    }
}
