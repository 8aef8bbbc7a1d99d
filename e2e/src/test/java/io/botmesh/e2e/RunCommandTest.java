package io.botmesh.e2e;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.bot.Journals;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.e2e.BotmeshProcess.Ended;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.world.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code botmesh run} in processes, with jars that were compiled just before, as its users would make them. What keeps a bot from
 * running is shown in the module cli.
 */
class RunCommandTest {
    private static final String ECHO = """
            import io.botmesh.bot.Bot;
            import io.botmesh.bot.BotProgram;
            import static io.botmesh.bot.Filters.message;

            public class Echo implements BotProgram {
                public void setUp(Bot bot) {
                    bot.on(message().text(), (ctx, text) -> {
                        if (text.startsWith("wait") && ctx.attempt() == 1) Thread.sleep(60_000);
                        ctx.reply(ctx.attempt() > 1 ? "again: " + text : text);
                    });
                }
            }
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"journal", "journal.db"})
    void aBotInAJarRunsUntilASignalAndGoesOnWhereAKillInterruptedIt(String name, @StartEmulator Telegram telegram)
            throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // two processes have to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        var bob = patient.person("Bob");
        var jar = jar("echo.jar", "Echo", ECHO);
        String journal = folder.resolve(name).toString();
        try (var process = start(account, "--journal", journal, jar.toString())) {
            process.awaitErr("the bot runs");
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
            bob.says(account, "wait for me");
            ann.says(account, "and on");
            assertThat(ann.awaitReply(account).text()).isEqualTo("and on");
            process.kill();
            process.awaitEnd();
        }
        try (var process = start(account, "--journal", journal, jar.toString())) {
            assertThat(bob.awaitReply(account).text()).isEqualTo("again: wait for me");
            ann.says(
                    account,
                    "bye"); // behind hers whose end may not have been on disk, and which are handled again then
            assertThat(ann.awaitReply(account, reply -> !reply.text().startsWith("again: "))
                            .text())
                    .isEqualTo("bye");
            process.terminate();
            Ended ended = process.awaitEnd();
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(ended.toString()).contains("0 left in the journal");
        }
    }

    @Test
    void aHandlerThatEndsTheProgramSaysItsExitCodeAndItsUpdateComesAgain(@StartEmulator Telegram telegram)
            throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // two processes have to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        var jar = jar("echo.jar", "Echo", ECHO.replace("Thread.sleep(60_000)", "System.exit(3)"));
        String journal = folder.resolve("journal").toString();
        try (var process = start(account, "--journal", journal, jar.toString())) {
            process.awaitErr("the bot runs");
            ann.says(account, "wait, this is the end");
            Ended ended = process.awaitEnd();
            assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(3);
            assertThat(ended.toString()).contains("1 interrupted, 1 left in the journal");
        }
        try (var process = start(account, "--journal", journal, jar.toString())) {
            assertThat(ann.awaitReply(account).text()).isEqualTo("again: wait, this is the end");
            process.terminate();
            assertThat(process.awaitEnd().exitCode()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal", "journal.db"})
    void aSecondProgramStandsByAndTakesOverWhenTheFirstIsKilled(String name, @StartEmulator Telegram telegram)
            throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // two processes have to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        var bob = patient.person("Bob");
        String jar = jar("echo.jar", "Echo", ECHO).toString();
        String journal = folder.resolve(name).toString();
        try (var first = start(account, "--journal", journal, jar)) {
            first.awaitErr("the bot runs");
            try (var second = start(account, "--stand-by", "--journal", journal, jar)) {
                second.awaitErr("waiting; another program of this bot may be at work");
                ann.says(account, "ping");
                assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
                assertThat(first.process().isAlive()).isTrue();
                bob.says(account, "wait for me");
                ann.says(account, "and on");
                assertThat(ann.awaitReply(account).text()).isEqualTo("and on");
                first.kill();
                first.awaitEnd();
                ann.says(account, "who is there");
                assertThat(bob.awaitReply(account).text()).isEqualTo("again: wait for me");
                // The end of what was just answered may not have been on disk.
                assertThat(ann.awaitReply(account, reply -> !reply.text().startsWith("again: "))
                                .text())
                        .isEqualTo("who is there");
                second.terminate();
                assertThat(second.awaitEnd().toString()).contains("0 left in the journal");
            }
        }
    }

    @Test
    void aJournalThatAProgramHasAndDoesNotHandOverIsRefusedInOneLineAndTheProgramGoesOn(
            @StartEmulator Telegram telegram) throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // a process has to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        var token = BotToken.parse(account.token());
        String jar = jar("echo.jar", "Echo", ECHO).toString();
        var place = folder.resolve("journal");
        try (var journal = Journals.open(place, token);
                var bot = new Bot(BotOptions.of(token)
                        .withServer(ApiOptions.defaults().withBase(account.api()))
                        .withJournal(journal))) {
            bot.on(message().text(), (ctx, text) -> ctx.reply("here: " + text));
            bot.start();
            Ended refused = run(arguments(account, "--journal", place.toString(), jar));
            assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.err().lines().toList().getLast())
                    .endsWith("the journal is in use by process "
                            + ProcessHandle.current().pid() + ": end that one or name another folder");
            ann.says(account, "still there?");
            assertThat(ann.awaitReply(account).text()).isEqualTo("here: still there?");
        }
        try (var process = start(account, "--journal", place.toString(), jar)) {
            process.awaitErr("the bot runs");
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
        }
    }

    @Test
    void allThatIsMeasuredIsShownAndATokenThatIsRevokedWhileTheBotRunsEndsItAndOneLineSaysSo(
            @StartEmulator Telegram telegram) throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // a process has to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        String jar = jar("echo.jar", "Echo", ECHO).toString();
        String port = Integer.toString(FreePort.next());
        telegram.emulator()
                .world()
                .faults()
                .add(Fault.refuse(500, "Internal Server Error")
                        .onMethods("getUpdates")
                        .times(1));
        try (var process = start(account, "--journal", folder.resolve("journal").toString(), "--listen", port, jar);
                var http = HttpClient.newHttpClient()) {
            process.awaitErr("the bot runs");
            ann.says(account, "first");
            assertThat(ann.awaitReply(account).text()).isEqualTo("first");
            var shown = get(http, "http://127.0.0.1:" + port + "/metrics");
            assertThat(documentedMeters())
                    .hasSizeGreaterThan(30)
                    .allSatisfy(name -> assertThat(shown).contains(name.replace('.', '_')));
            assertThat(shown)
                    .contains("botmesh_poll_retries_total{bot=\"" + account.id() + "\"} 1.0")
                    .contains("botmesh_poll_outage_seconds_count{bot=\"" + account.id() + "\"} 1");
            telegram.emulator()
                    .world()
                    .faults()
                    .add(Fault.revokeToken().ofBot(account.id()).onMethods("sendMessage"));
            ann.says(account, "ping");
            Ended ended = process.awaitEnd();
            assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(1);
            assertThat(ended.err().strip().lines().toList().getLast())
                    .contains("does not know this token, or no longer")
                    .doesNotContain(account.token());
            assertThat(ended.err()).doesNotContain("polling has ended");
        }
    }

    @Test
    void linesSayOfWhichUpdateTheyAreAndAnotherPollerIsCountedAndTurnsHealthRed(@StartEmulator Telegram telegram)
            throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // a process has to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        String jar = jar(
                        "echo.jar",
                        "Echo",
                        ECHO.replace("if (text", "if (text.equals(\"fail\")) throw new Error(\"no luck\"); if (text"))
                .toString();
        String port = Integer.toString(FreePort.next());
        try (var process = start(account, "--listen", port, jar);
                var http = HttpClient.newHttpClient();
                var other =
                        new BotApi(ApiOptions.defaults().withBase(account.api()), BotToken.parse(account.token()))) {
            process.awaitErr("the bot runs");
            ann.says(account, "fail");
            process.awaitErr("ERROR Bot: update ");
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
            assertThat(process.err().lines().filter(line -> line.contains("ERROR Bot: update ")))
                    .singleElement()
                    .asString()
                    .contains("bot=" + account.id(), "key=[" + ann.id() + "]")
                    .containsPattern("ERROR Bot: update (\\d+) .* update=\\1\\b");
            assertThat(process.err().lines().filter(line -> line.contains("no luck")))
                    .as("a failure is told once")
                    .hasSize(1);
            String health = "";
            while (!health.contains("\"conflict\"")) {
                try {
                    other.getUpdates(GetUpdates.of().withTimeout(0));
                } catch (ApiException conflict) {
                    // The bot has polled meanwhile.
                }
                health = http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
            }
            assertThat(health).contains("terminated by other getUpdates request");
            assertThat(get(http, "http://127.0.0.1:" + port + "/metrics"))
                    .containsPattern("botmesh_poll_conflicts_total\\{bot=\"\\d+\"} [1-9]");
        }
    }

    @Test
    void withACertificateOfItsOwnItNeedsNoProxyAndHealthStaysInside(@StartEmulator Telegram telegram) throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // a process has to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        String jar = jar("echo.jar", "Echo", ECHO).toString();
        var pem = SelfSigned.in(folder);
        int port = FreePort.next();
        String watch = Integer.toString(FreePort.next());
        try (var process = start(
                        account,
                        "--webhook",
                        "https://127.0.0.1:" + port + "/echo",
                        "--listen",
                        Integer.toString(port),
                        "--certificate",
                        pem.certificate().toString(),
                        "--key",
                        pem.key().toString(),
                        "--watch-port",
                        watch,
                        jar);
                var http = HttpClient.newHttpClient()) {
            process.awaitErr("the bot runs");
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
            assertThat(get(http, "http://127.0.0.1:" + watch + "/health")).contains("green");
            process.terminate();
            assertThat(process.awaitEnd().exitCode()).isZero();
        }
    }

    /** The first code of the README, in a folder of its own: nobody needs a build for it. */
    private String readmesBot() throws IOException {
        var readme = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "README.md"));
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        var source = readme.substring(begin, readme.indexOf("```", begin));
        return Files.writeString(folder.resolve("EchoBot.java"), source).toString();
    }

    @Test
    void theReadmesLinesRunAsTheyStandAndWebhooksComeToThePortThatShowsHealthAndMeters(@StartEmulator Telegram telegram)
            throws Exception {
        var patient = telegram.withPatience(Duration.ofMinutes(4)); // a process has to start
        var account = patient.bot("echo_bot");
        var ann = patient.person("Ann");
        var jar = readmesBot();
        String port = Integer.toString(FreePort.next());
        String here = "http://127.0.0.1:" + port;
        try (var process = start(account, "--webhook", here + "/echo", "--listen", port, jar);
                var http = HttpClient.newHttpClient()) {
            process.awaitErr("the bot runs");
            ann.opens(account);
            assertThat(ann.awaitReply(account).text()).isEqualTo("Hello, Ann");
            ann.says(account, "ping");
            assertThat(ann.awaitReply(account).text()).isEqualTo("ping");
            assertThat(account.calls("getUpdates")).isEmpty();
            assertThat(get(http, here + "/health")).contains("green");
            assertThat(get(http, here + "/ready")).contains("true");
            assertThat(get(http, here + "/metrics")).contains("botmesh_");
            process.terminate();
            assertThat(process.awaitEnd().exitCode()).isZero();
        }
    }

    /** Those of a bot that polls. */
    private static List<String> documentedMeters() throws IOException {
        var page = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "operations.md"));
        return Pattern.compile("(?m)^\\| `(botmesh\\.[a-z.]+)` \\|")
                .matcher(page)
                .results()
                .map(row -> row.group(1))
                .filter(name -> !name.startsWith("botmesh.webhook"))
                .toList();
    }

    private static String get(HttpClient http, String uri) throws IOException, InterruptedException {
        var answer = http.send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private Ended run(List<String> arguments) throws InterruptedException {
        var all = new ArrayList<>(arguments);
        all.addFirst("run");
        return BotmeshProcess.run(folder, all.toArray(String[]::new));
    }

    private BotmeshProcess start(TestBot account, String... arguments) throws IOException {
        return new BotCommand(folder).start(account, arguments);
    }

    private List<String> arguments(TestBot account, String... arguments) throws IOException {
        return new BotCommand(folder).arguments(account, arguments);
    }

    private Path jar(String name, String type, String source) throws IOException {
        var classes = Files.createTempDirectory(folder, type.toLowerCase(Locale.ROOT));
        var compiler = ToolProvider.getSystemJavaCompiler();
        var unit =
                new SimpleJavaFileObject(URI.create("string:///" + type + ".java"), SimpleJavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        var options = List.of("-proc:none", "-d", classes.toString());
        assertThat(compiler.getTask(null, null, null, options, null, List.of(unit))
                        .call())
                .isTrue();
        var jar = folder.resolve(name);
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.newDirectoryStream(classes)) {
            for (var file : files) {
                out.putNextEntry(new JarEntry(file.getFileName().toString()));
                out.write(Files.readAllBytes(file));
            }
        }
        return jar;
    }
}
