package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.world.Limits;
import io.botmesh.world.Profile;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An emulator that is ended and started again with the same file is the same emulator. */
@Timeout(300)
class StateTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private Path file = Path.of("unset");
    private Emulator emulator = Emulator.start();
    private Door door = Door.of(emulator);

    private EmulatorOptions options() {
        return EmulatorOptions.defaults().withClock(new VirtualClock(START)).withState(file);
    }

    private void start(EmulatorOptions options) {
        emulator.close();
        emulator = Emulator.start(options);
        door = Door.of(emulator);
    }

    private void startNew() {
        file = folder.resolve("state.db");
        start(options());
    }

    @AfterEach
    void close() {
        emulator.close();
    }

    /** Everything that can be seen from outside. */
    private Map<String, String> seen(List<String> paths) throws IOException {
        var seen = new LinkedHashMap<String, String>();
        var state = door.get("state?tokens=true");
        seen.put("state", state.toString());
        for (var user : state.get("users")) {
            for (var chat : state.get("chats"))
                see(seen, user.get("id").asString(), chat.get("id").asString());
            for (var bot : state.get("bots"))
                see(seen, user.get("id").asString(), bot.get("id").asString());
        }
        for (var bot : state.get("bots")) {
            var token = bot.get("token").stringValue();
            for (var method : List.of("getMe", "getWebhookInfo")) {
                seen.put(method + " " + token, door.call(token, method));
            }
        }
        for (var path : paths) seen.put(path, door.download(path).body());
        return seen;
    }

    private void see(Map<String, String> seen, String user, String chat) throws IOException {
        seen.put(
                user + " in " + chat,
                door.tryGet("messages?user=" + user + "&chat=" + chat).body());
    }

    private Map<String, String> seen(String... paths) throws IOException {
        return seen(List.of(paths));
    }

    @Test
    void whatCouldBeSeenBeforeARestartIsThereAfterIt() throws IOException {
        startNew();
        var bot = door.post("bots", "{\"username\":\"news_bot\"}");
        var token = bot.get("token").stringValue();
        var reader = door.post("bots", "{\"username\":\"reader_bot\"}");
        var person = door.post("users", "{\"first_name\":\"Zo\\u00eb\",\"username\":\"zoe\"}")
                .get("id");
        var channel = door.post(
                        "channels",
                        "{\"title\":\"News\",\"admins\":[{\"bot\":" + bot.get("id") + "},{\"bot\":" + reader.get("id")
                                + ",\"rights\":[]}]}")
                .get("chat_id");
        door.post(
                "messages",
                "{\"from\":" + person + ",\"chat\":" + bot.get("id")
                        + ",\"document\":{\"name\":\"a.bin\",\"base64\":\"AAECAwT/\"}}");
        var post = door.upload(token, channel.longValue(), "big.bin", "0123456789".repeat(200_000));
        var path = "/file/bot" + token + "/"
                + door.result(
                                token,
                                "getFile?file_id="
                                        + post.at("/document/file_id").stringValue())
                        .get("file_path")
                        .stringValue();
        door.result(token, "sendMessage?chat_id=" + channel + "&text=%F0%9F%98%80+*b*");
        door.post("clock", "{\"advance\":\"PT10M\"}");
        door.result(token, "editMessageText?chat_id=" + channel + "&text=changed&message_id=3");
        var updates = door.result(token, "getUpdates");
        assertThat(updates).isNotEmpty();
        door.result(
                token,
                "getUpdates?allowed_updates=[\"message\"]&offset="
                        + (updates.get(0).get("update_id").longValue() + 1));

        door.post("clock", "{\"advance\":\"PT0.5S\"}");
        var before = seen(path);
        assertThat(before.get(path)).hasSize(2_000_000);
        start(options());
        assertThat(emulator.now()).isEqualTo(START.plusSeconds(600).plusMillis(500));
        assertThat(seen(path)).isEqualTo(before);
        var left = door.call(token, "getUpdates");
        start(options());
        assertThat(door.call(token, "getUpdates")).isEqualTo(left);
    }

    /** All random things of a life after the restart are those that would have come without one. */
    @Test
    void whatComesAfterARestartIsWhatWouldHaveComeWithoutOne() throws IOException {
        startNew();
        var first = new Life(7);
        first.live(60);
        start(options());
        first.live(60);
        var interrupted = seen();
        file = folder.resolve("other.db");
        start(options());
        new Life(7).live(120);
        assertThat(seen()).isEqualTo(interrupted);
    }

    @Test
    void aRandomLifeLooksTheSameAfterARestart() throws IOException {
        startNew();
        long seed = Long.getLong("seed", 1);
        System.out.println("StateTest seed " + seed);
        var life = new Life(seed);
        for (int i = 0; i < 4; i++) {
            life.live(60);
            var before = seen();
            start(options());
            assertThat(seen()).as("seed " + seed).isEqualTo(before);
        }
    }

    /** What answers is on disk, in the order in which it happened, however many ask at once. */
    @Test
    void whatManyDidAtOnceIsThereAfterARestart() throws Exception {
        startNew();
        var admins = new ArrayList<String>();
        var tokens = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            var bot = door.post("bots", "{\"username\":\"bot_" + i + "_bot\"}");
            tokens.add(bot.get("token").stringValue());
            admins.add("{\"bot\":" + bot.get("id") + "}");
        }
        var person = door.post("users", "{\"first_name\":\"Ann\"}").get("id");
        var channel = door.post("channels", "{\"title\":\"News\",\"admins\":[" + String.join(",", admins) + "]}")
                .get("chat_id");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (var token : tokens) {
                var bot = token.substring(0, token.indexOf(':'));
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 30; i++) door.result(token, "sendMessage?text=p" + i + "&chat_id=" + channel);
                    return null;
                }));
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 30; i++)
                        door.post("messages", "{\"from\":" + person + ",\"chat\":" + bot + ",\"text\":\"m" + i + "\"}");
                    return null;
                }));
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 10; i++) door.call(token, "getUpdates?limit=3&offset=-" + (50 - i));
                    return null;
                }));
            }
            for (var each : all) each.get();
        }
        var before = seen();
        assertThat(before.toString()).contains("\"p29\"", "\"m29\"");
        start(options());
        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void whatAFaultDidIsNotForgottenThoughTheFaultIs() throws IOException {
        startNew();
        var token = door.post("bots", "{\"username\":\"a_bot\"}").get("token").stringValue();
        var other = door.post("bots", "{\"username\":\"b_bot\"}").get("token").stringValue();
        var person = door.post("users", "{\"first_name\":\"Ann\"}").get("id");
        var jumping = token.substring(0, token.indexOf(':'));
        door.post("faults", "{\"fault\":\"jump_update_ids\",\"bot\":" + jumping + ",\"times\":1}");
        door.post("faults", "{\"fault\":\"revoke_token\",\"bot\":" + other.substring(0, other.indexOf(':')) + "}");
        assertThat(door.call(token, "getMe")).contains("\"ok\":true");
        assertThat(door.call(other, "getMe")).contains("401");
        start(options());
        door.post("messages", "{\"from\":" + person + ",\"chat\":" + jumping + ",\"text\":\"hi\"}");
        var id = door.result(token, "getUpdates").get(0).get("update_id");
        assertThat(door.call(other, "getMe")).contains("401");
        file = folder.resolve("other.db");
        start(options());
        door.post("bots", "{\"username\":\"a_bot\"}");
        person = door.post("users", "{\"first_name\":\"Ann\"}").get("id");
        door.call(token, "getMe");
        door.post("updates", "{\"bot\":" + jumping + ",\"jump\":true}");
        door.post("messages", "{\"from\":" + person + ",\"chat\":" + jumping + ",\"text\":\"hi\"}");
        assertThat(door.result(token, "getUpdates").get(0).get("update_id")).isEqualTo(id);
    }

    /** A world that is set up and used at random. */
    private final class Life {
        private final Random random;
        private final List<String> tokens = new ArrayList<>();
        private final List<Long> bots = new ArrayList<>();
        private final List<Long> people = new ArrayList<>();
        private final List<Long> chats = new ArrayList<>();
        private int names;

        Life(long seed) {
            random = new Random(seed);
        }

        private <T> T any(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        void live(int steps) throws IOException {
            for (int i = 0; i < steps; i++) {
                if (bots.isEmpty() || random.nextInt(25) == 0) {
                    var bot = door.post("bots", "{\"username\":\"b" + names++ + "_bot\"}");
                    bots.add(bot.get("id").longValue());
                    tokens.add(bot.get("token").stringValue());
                } else if (people.isEmpty() || random.nextInt(25) == 0) {
                    people.add(door.post("users", "{\"first_name\":\"P" + names++ + "\"}")
                            .get("id")
                            .longValue());
                } else if (chats.isEmpty() || random.nextInt(25) == 0) {
                    var what = random.nextBoolean() ? "channels" : "groups";
                    chats.add(
                            door.post(what, "{\"title\":\"C" + names++ + "\",\"admins\":[{\"bot\":" + any(bots) + "}]}")
                                    .get("chat_id")
                                    .longValue());
                } else {
                    act();
                }
            }
        }

        private void act() throws IOException {
            long chat = random.nextInt(3) == 0 ? any(people) : any(chats);
            var text = URLEncoder.encode("text " + random.nextInt(9) + "\u00e9\uD83D\uDE00", StandardCharsets.UTF_8);
            var to = "chat_id=" + chat + "&message_id=" + (1 + random.nextInt(8));
            var unused = switch (random.nextInt(13)) {
                case 0, 1, 2 -> door.call(any(tokens), "sendMessage?chat_id=" + chat + "&text=" + text);
                case 3 -> door.call(any(tokens), "editMessageText?text=" + text + "&" + to);
                case 4 -> door.call(any(tokens), "deleteMessage?" + to);
                case 5 -> door.call(any(tokens), "pinChatMessage?" + to);
                case 6 -> {
                    door.post("clock", "{\"advance\":\"PT4S\"}"); // or the server would let it wait
                    yield door.call(any(tokens), "getUpdates?limit=3&offset=" + (random.nextInt(3) - 1));
                }
                case 7 -> door.call(any(tokens), "forwardMessage?from_chat_id=" + any(chats) + "&" + to);
                case 8 ->
                    String.valueOf(door.upload(any(tokens), chat, "f" + random.nextInt(3) + ".bin", "x".repeat(99)));
                case 9 -> door.call(any(tokens), "getFile?file_id=x");
                case 10, 11 ->
                    door.tryPost(
                                    "messages",
                                    "{\"from\":" + any(people) + ",\"chat\":"
                                            + (random.nextBoolean() ? any(bots) : any(chats)) + ",\"text\":\"hi\"}")
                            .body();
                default ->
                    door.post("clock", "{\"advance\":\"PT" + random.nextInt(100_000) + "S\"}")
                            .toString();
            };
        }
    }

    /** A server of one's own, which hands out paths, with a bot and its channel. */
    private final class LocalServer {
        private final EmulatorOptions options;
        final String token;
        final long channel;

        LocalServer() throws IOException {
            file = folder.resolve("local.db");
            options = options().withWorld(WorldOptions.defaults().withProfile(Profile.LOCAL));
            start(options);
            var bot = door.post("bots", "{\"username\":\"file_bot\"}");
            token = bot.get("token").stringValue();
            channel = door.post("channels", "{\"title\":\"Files\",\"admins\":[{\"bot\":" + bot.get("id") + "}]}")
                    .get("chat_id")
                    .longValue();
        }

        void restart() {
            start(options);
        }

        Path path(String fileId) throws IOException {
            return Path.of(door.result(token, "getFile?file_id=" + fileId)
                    .get("file_path")
                    .stringValue());
        }
    }

    @Test
    void aLocalServerNamesTheFileAgain() throws IOException {
        var local = new LocalServer();
        var id = door.upload(local.token, local.channel, "a.txt", "hello")
                .at("/document/file_id")
                .stringValue();
        local.restart();
        assertThat(local.path(id)).hasContent("hello");
    }

    @Test
    void aFileThatALocalServerWasGivenByItsPathIsKeptAsItWas() throws IOException {
        var local = new LocalServer();
        var later = folder.resolve("later.txt");
        assertThat(door.call(local.token, "sendDocument?chat_id=" + local.channel + "&document=file://" + later))
                .contains("wrong file path specified");
        Files.writeString(later, "too late");
        var letter = Files.writeString(folder.resolve("letter.txt"), "dear bot");
        var media = "[{\"type\":\"document\",\"media\":\"file://" + letter + "\"}]";
        var sent = door.result(
                local.token,
                "sendMediaGroup?chat_id=" + local.channel + "&media="
                        + URLEncoder.encode(media, StandardCharsets.UTF_8));
        Files.delete(letter);
        local.restart();
        assertThat(local.path(sent.at("/0/document/file_id").stringValue())).hasContent("dear bot");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a?b.db", "a?synchronous=off", "a#b%20c.db", "file:x.db", "ü ä.db"})
    void aStateFileMayHaveAnyName(String name) throws IOException {
        file = folder.resolve(name);
        start(options());
        door.post("bots", "{\"username\":\"a_bot\"}");
        start(options());
        assertThat(door.get("state").get("bots").size()).isEqualTo(1);
        emulator.close();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void onlyItsOwnerMayReadTheFile() throws IOException {
        startNew();
        door.post("bots", "{\"username\":\"a_bot\"}");
        try (var files = Files.list(folder)) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(made -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void anotherProcessIsToldThatTheFileIsHeld() {
        startNew();
        refused("state.db is held by another process");
    }

    private void refused(String why) {
        refused(options(), why);
    }

    private static void refused(EmulatorOptions options, String why) {
        assertThatThrownBy(() -> Emulator.start(options))
                .isInstanceOf(StateFileException.class)
                .message()
                .contains(why)
                .doesNotContain("\n");
    }

    private void spoil(String sql) throws Exception {
        startNew();
        door.post("bots", "{\"username\":\"a_bot\"}");
        door.post("users", "{\"first_name\":\"Ann\"}");
        emulator.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aDamagedInputIsNamed() throws Exception {
        spoil("UPDATE input SET body = replace(body, 'Ann', 'Bob')");
        refused("state.db is damaged or no state file (input 2 has another checksum)");
    }

    @Test
    void aMissingInputIsNamed() throws Exception {
        spoil("DELETE FROM input WHERE number = 1");
        refused("state.db is damaged or no state file (input 1 is missing)");
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE part SET bytes = zeroblob(length(bytes)) WHERE number = 1, upload 1 has another checksum",
        "DELETE FROM part WHERE number = 1, upload 1 is not whole",
        "DELETE FROM part, upload 1 is not whole"
    })
    void aDamagedUploadIsNamedBeforeAnythingRuns(String damage, String why) throws Exception {
        startNew();
        var token = door.post("bots", "{\"username\":\"a_bot\"}").get("token").stringValue();
        long bot = Long.parseLong(token.substring(0, token.indexOf(':')));
        long channel = door.post("channels", "{\"title\":\"C\",\"admins\":[{\"bot\":" + bot + "}]}")
                .get("chat_id")
                .longValue();
        door.upload(token, channel, "big.bin", "0123456789".repeat(200_000));
        emulator.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute(damage);
        }
        refused("state.db is damaged or no state file (" + why + ")");
    }

    @Test
    void aNewerFormatIsRefused() throws Exception {
        spoil("PRAGMA user_version = 2");
        refused("has format 2, made by a newer emulator");
    }

    @Test
    void aWorldThatWouldGoAnotherWayIsRefused() throws Exception {
        spoil("SELECT 1");
        var at = START;
        long sum;
        String body;
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            try (var found = statement.executeQuery("SELECT body FROM input WHERE number = 2")) {
                found.next();
                body = found.getString(1);
            }
            sum = StateFile.sum(2, at, "act", body, 5L);
            statement.execute("UPDATE input SET reply = 5, sum = " + sum + " WHERE number = 2");
        }
        refused("input 2, POST /control/users, gets another answer than before");
    }

    @Test
    void otherOptionsAreNamed() {
        startNew();
        emulator.close();
        refused(options().withSeed(2), "was made with seed 1, not 2: start the emulator as it was");
        refused(
                options().withWorld(WorldOptions.defaults().withLimits(Limits.PAPER)),
                "was made with limits off, not paper: start");
        refused(options().withClock(InstantSource.system()), "was made with clock virtual, not system");
    }

    @Test
    void aFileThatIsNoStateIsLeftAlone() throws Exception {
        file = folder.resolve("notes.txt");
        Files.writeString(file, "These are my notes, and they are longer than a header of SQLite.".repeat(20));
        var before = Files.readString(file);
        refused("notes.txt is damaged or no state file");
        assertThat(Files.readString(file)).isEqualTo(before);
        file = folder;
        refused("is a directory; name a file");
        file = folder.resolve("none/state.db");
        refused("cannot be made: is its directory there");
        file = folder.resolve("other.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE mine(a)");
        }
        refused("other.db is a database of another program");
    }

    @Test
    void whatJavaDoesPastThePortsIsRefusedInsteadOfForgotten() {
        startNew();
        assertThatThrownBy(() -> emulator.world().addBot("a_bot"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("act through one of these");
        assertThat(emulator.world().stateJson(false)).doesNotContain("a_bot");
    }
}
