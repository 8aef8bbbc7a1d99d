package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What keeps a user's bot from running, in one line; how it runs is shown by processes, in the module e2e. */
class RunCommandTest {
    private static final String ECHO = """
            import io.botmesh.bot.Bot;
            import io.botmesh.bot.BotProgram;
            import static io.botmesh.bot.Filters.message;

            public class Echo implements BotProgram {
                public void setUp(Bot bot) {
                    bot.on(message().text(), (ctx, text) -> ctx.reply(text));
                }
            }
            """;

    @TempDir
    Path folder;

    private String token = "";
    private String echo = "";

    @BeforeEach
    void files() throws IOException {
        token = Files.writeString(folder.resolve("token"), "4242:FAKE-FAKE-FAKE-FAKE-FAKE-FAKE-FAKE")
                .toString();
        Files.setPosixFilePermissions(Path.of(token), PosixFilePermissions.fromString("rw-------"));
        echo = source("Echo", ECHO);
    }

    private String source(String type, String text) throws IOException {
        return Files.writeString(folder.resolve(type + ".java"), text).toString();
    }

    private Path jar(String name, String source) throws IOException {
        var jar = folder.resolve(name);
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (var one :
                    SourceCompiler.compile(List.of(Path.of(source)), List.of()).entrySet()) {
                out.putNextEntry(new JarEntry(one.getKey() + ".class"));
                out.write(one.getValue());
            }
        }
        return jar;
    }

    private void expect(int exitCode, String words, String... arguments) {
        var line = new ArrayList<>(List.of("run", "--token-file", token));
        line.addAll(List.of(arguments));
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var own = Thread.currentThread().getContextClassLoader();
        try {
            int code = Botmesh.run(new Terminal(InputStream.nullInputStream(), out, err), line.toArray(String[]::new));
            var said = err.toString(StandardCharsets.UTF_8);
            assertThat(code).as(said).isEqualTo(exitCode);
            assertThat(said).contains(words).doesNotContain("FAKE").containsOnlyOnce("\n");
            assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }
    }

    @Test
    void aBotThatIsNotThereIsToldInOneLine() throws IOException {
        var other = source("Other", ECHO.replace("class Echo", "class Other"));
        var none = jar("none.jar", source("Plain", "public class Plain {}")).toString();
        var text = Files.writeString(folder.resolve("text.jar"), "no jar").toString();
        expect(2, "does not exist; name a jar", folder.resolve("missing.jar").toString());
        expect(2, "/dev/null is neither a file nor a folder; name a jar", "/dev/null");
        expect(2, "is no jar", text);
        expect(2, "there is no bot in", none);
        expect(2, "choose one with --class: Echo, Other", echo, other);
        expect(2, "there is no class Nobody in", "--class", "Nobody", echo);
        expect(2, "Plain is no bot", "--class", "Plain", none);
    }

    @Test
    void aClassFileIsTakenFromTheFolderThatItsPackageBeginsIn() throws IOException {
        var echo = source("Echo", "package some.where; " + ECHO);
        var other = source("Other", "package some.where; " + ECHO.replace("class Echo", "class Other"));
        var classes = SourceCompiler.compile(List.of(Path.of(echo), Path.of(other)), List.of());
        var there = Files.createDirectories(folder.resolve("classes/some/where"));
        for (var one : List.of("Echo", "Other"))
            Files.write(there.resolve(one + ".class"), classes.getOrDefault("some.where." + one, new byte[0]));
        try (var loader = new ProgramLoader(List.of(there.resolve("Other.class")))) {
            assertThat(loader.program(null).getClass().getName()).isEqualTo("some.where.Other");
        }
        var moved = Files.copy(there.resolve("Echo.class"), folder.resolve("Echo.class"));
        expect(2, "is the class some.where.Echo and has to lie at some/where/Echo.class", moved.toString());
        var broken = Files.writeString(folder.resolve("Broken.class"), "no class");
        expect(2, "is no class that can be read", broken.toString());
    }

    @Test
    void aBotThatCannotBeMadeIsToldInOneLine() throws IOException {
        expect(
                1,
                "no database",
                source(
                        "Broken",
                        ECHO.replace("class Echo", "class Broken")
                                .replace(
                                        "bot.on(",
                                        "if (bot != null) throw"
                                                + " new IllegalStateException(\"no database\"); bot.on(")));
        expect(
                1,
                "the static set-up of Static failed: java.lang.NumberFormatException: For input string: \"x\" (Static.java:6)",
                source(
                        "Static",
                        ECHO.replace("class Echo", "class Static")
                                .replace("public void", "static final int N = Integer.parseInt(\"x\"); public void")));
        expect(
                1,
                "the constructor of Made failed: java.lang.IllegalStateException: no (Made.java:6)",
                source(
                        "Made",
                        ECHO.replace("class Echo", "class Made")
                                .replace(
                                        "public void",
                                        "public Made() { throw new IllegalStateException(\"no\"); } public void")));
        expect(
                2,
                "has no constructor without parameters",
                source(
                        "Needy",
                        ECHO.replace("class Echo", "class Needy")
                                .replace("public void", "Needy(int n) {} public void")));
        var base = source("Base", "public class Base {}");
        var child = source("Child", ECHO.replace("class Echo", "class Child extends Base"));
        var jar = folder.resolve("child.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            var both = SourceCompiler.compile(List.of(Path.of(base), Path.of(child)), List.of());
            out.putNextEntry(new JarEntry("Child.class"));
            out.write(both.getOrDefault("Child", new byte[0]));
        }
        expect(2, "; Child cannot be looked at (java.lang.NoClassDefFoundError: Base)", jar.toString());
        var newer = SourceCompiler.compile(List.of(Path.of(echo)), List.of()).getOrDefault("Echo", new byte[8]);
        newer[7] = (byte) (newer[7] + 40); // the version of the class file
        Files.createDirectory(folder.resolve("newer"));
        Files.write(folder.resolve("newer").resolve("Echo.class"), newer);
        expect(2, "Echo was compiled for a newer Java", folder.resolve("newer").toString());
    }

    /** Before another program would hand over to this one. */
    @Test
    void sessionsThatAreToBeInAJournalThatIsNoDatabaseAreToldInOneLine() throws IOException {
        var counter = source(
                "Counter",
                ECHO.replace("class Echo", "class Counter")
                        .replace(
                                "bot.on(",
                                "bot.use(new io.botmesh.bot.Sessions(io.botmesh.store.JdbcSessionStore.inJournalOf(bot)));"
                                        + " bot.on("));
        var refusal = "the set-up of Counter failed: sessions are to be in the bot's journal, but ";
        expect(1, refusal + "there is none: give the bot a journal in SQLite or PostgreSQL", counter);
        var journal = folder.resolve("journal").toString();
        expect(1, refusal + "it is a folder of files: give the bot", "--journal", journal, counter);
    }

    @Test
    void aSourceThatDoesNotCompileIsToldWithItsFirstMistake() throws IOException {
        expect(
                2,
                "Wrong.java does not compile: line 7: cannot find symbol",
                source("Wrong", ECHO.replace("class Echo", "class Wrong").replace("ctx.reply", "ctx.repl")));
    }

    @Test
    void wrongOptionsAreToldInOneLine() {
        expect(2, "is no port", "--listen", "70000", echo);
        expect(2, "--watch-port -1 is no port", "--watch-port=-1", echo);
        expect(2, "--certificate and --key go together", "--certificate", "c.pem", echo);
        expect(2, "--certificate goes with --webhook", "--certificate", "c.pem", "--key", "k.pem", echo);
        expect(
                1,
                "c.pem: no such file",
                "--certificate",
                "c.pem",
                "--key",
                "k.pem",
                "--webhook",
                "https://bots.example.org/echo",
                "--listen",
                "0",
                echo);
        expect(2, "--concurrency takes", "--concurrency", "0", echo);
        expect(2, "--stop-after takes", "--stop-after", "99", echo);
        expect(2, "--stand-by goes with --journal", "--stand-by", echo);
        expect(2, "--journal is empty", "--journal", "", echo);
        expect(2, "--journal is empty", "--journal", " ", "--stand-by", echo);
        expect(2, "is not https, which Telegram wants", "--webhook", "http://bots.example.org/echo", echo);
        expect(2, "is no address", "--webhook", "", echo);
        expect(2, "is no address", "--webhook", "bots.example.org", echo);
        expect(2, "--webhook has the path /metrics", "--webhook", "https://bots.example.org/metrics", echo);
        expect(2, "--watch-port 9000 is that of --listen", "--listen", "9000", "--watch-port", "9000", echo);
        expect(
                2,
                "--watch-port 8080 is that of --listen",
                "--webhook",
                "https://bots.example.org/echo",
                "--watch-port",
                "8080",
                echo);
        expect(2, "--look goes with --webhook", "--look", "5", echo);
        expect(2, "--look takes seconds, 1 to 3600", "--webhook", "https://bots.example.org/echo", "--look", "0", echo);
        expect(2, "--api takes the address of a server", "--api", "", echo);
        expect(2, "Invalid value", "", echo);
        expect(2, "there is no class", "--class", "", echo);
        expect(2, "PGPASSWORD", "--journal", "postgresql://ann:hush@db/bots", echo);
        expect(1, "cannot make the journal's folder", "--journal", token + "/journal", echo);
    }

    @Test
    void aJournalsFolderThatIsALinkToNothingIsToldAsOne() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        expect(1, "(" + link + " is a link to nothing)", "--journal", link.toString(), echo);
    }

    @Test
    void aPortThatIsTakenIsNamedByItsOption() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            expect(1, "cannot listen on --listen " + port + ": ", "--listen", port, echo);
            expect(1, "cannot listen on --watch-port " + port + ": ", "--watch-port", port, echo);
        }
    }

    @Test
    void aFileOfSeveralTokensIsRefused() throws IOException {
        Files.writeString(
                Path.of(token), "1:AAHmE5dAirQV7u8Ww96WyN8XiNfjJt9pULq\n2:AAHmE5dAirQV7u8Ww96WyN8XiNfjJt9pULq\n");
        expect(2, "holds 2 tokens; give each bot a file of its own", echo);
    }

    @Test
    void aTokenThatTheServerDoesNotKnowIsToldAndNotShown() {
        try (var emulator = Emulator.start()) {
            expect(1, "does not know this token", "--api", emulator.api().toString(), echo);
        }
    }

    @Test
    @ResourceLock(Resources.SYSTEM_ERR)
    void aBotWhoseWebhookIsRefusedIsNotSaidToRunAndOneLineSaysWhy() throws IOException {
        var logged = new ByteArrayOutputStream();
        var own = System.err;
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try (var emulator = Emulator.start()) {
            var bot = emulator.world().addBot("hooked_bot");
            Files.writeString(Path.of(token), bot.token());
            var err = new ByteArrayOutputStream();
            int code = Botmesh.run(
                    new Terminal(InputStream.nullInputStream(), new ByteArrayOutputStream(), err),
                    "run",
                    "--token-file",
                    token,
                    "--api",
                    emulator.api().toString(),
                    "--listen",
                    "0",
                    "--webhook",
                    "https://nowhere.invalid/echo",
                    echo);
            var said = err.toString(StandardCharsets.UTF_8);
            assertThat(code).as(said).isEqualTo(1);
            assertThat(said).doesNotContain("the bot runs");
            assertThat(said.lines().toList().getLast())
                    .startsWith("botmesh: the Bot API refused setWebhook")
                    .contains("Failed to resolve host");
            assertThat(logged.toString(StandardCharsets.UTF_8).lines()).noneMatch(line -> line.contains("" + bot.id()));
        } finally {
            System.setErr(own);
        }
    }
}
