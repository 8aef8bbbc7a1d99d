package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerView;
import io.botmesh.world.Admin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peer files of a mesh in a real emulator. */
@Timeout(120)
class PeersCommandTest {
    private static final PeerSecrets.Passphrase NONE = () -> {
        throw new IllegalStateException("nobody to ask");
    };

    @TempDir
    private Path folder;

    private final Emulator emulator = Emulator.start();
    private final String api = emulator.api().toString();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        emulator.close();
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        var line = new ArrayList<>(List.of("peers"));
        line.addAll(List.of(words));
        line.addAll(List.of("--dir", folder.toString()));
        int code = Botmesh.run(new Terminal(InputStream.nullInputStream(), out, err), line.toArray(String[]::new));
        for (String text : List.of(out(), err()))
            assertThat(text)
                    .doesNotContain("secret-")
                    .doesNotContain("bm-admission-")
                    .doesNotContain("bm-keys-")
                    .doesNotMatch("(?s).*\\d{6}:[A-Za-z0-9_-]{24}.*");
        return code;
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void init(String... more) {
        var line =
                new ArrayList<>(List.of("init", "--emulator", emulator.control().toString()));
        line.addAll(List.of(more));
        assertThat(run(line.toArray(String[]::new))).as(err()).isZero();
    }

    private int check(String... more) {
        var line = new ArrayList<>(List.of("check", "--api", api));
        line.addAll(List.of(more));
        return run(line.toArray(String[]::new));
    }

    private PeerView view(String node) {
        return PeerView.read(folder.resolve("mesh.peers"), folder.resolve(node + ".secrets"), NONE);
    }

    @ParameterizedTest
    @CsvSource({"full, 132", "ring, 24", "star, 22"})
    void aMeshOfTwelveNodesIsMadeAndEachOfItsLanesWorks(String topology, int directed) {
        init("--nodes", "a,b,c,d,e,f,g,h,i,j,k,l", "--topology", topology, "--writers", "1");
        assertThat(out()).contains("mesh.peers  give it to every node", "a.secrets  to its node alone");
        assertThat(check()).as(out() + err()).isZero();
        assertThat(out().lines().toList()).hasSize(12 + directed + 12).allMatch(line -> line.startsWith("ok    "));
        assertThat(out().lines().filter(line -> line.contains("  carrier; channel posts: works")))
                .hasSize(12);
        assertThat(check("--no-post")).isZero();
        assertThat(out().lines().toList()).hasSize(12 + directed);
        var peer = view("b").peer("a").orElseThrow();
        assertThat(peer.answers()).isTrue();
        assertThat(peer.reachable()).isTrue();
        assertThat(peer.admission()).isNotNull();
        assertThat(view("c").peer("a").orElseThrow().reachable()).isEqualTo(!topology.equals("ring"));
        assertThat(view("a").enrolments()).hasSize(topology.equals("ring") ? 2 : 11);
    }

    @Test
    void secretsAreForTheirOwnerAloneAndNothingIsWrittenOver() throws IOException {
        init("--nodes", "anna,ben");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("ben.secrets"))))
                .isEqualTo("rw-------");
        String before = Files.readString(folder.resolve("mesh.peers"));
        assertThat(run("init", "--nodes", "anna,carl")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("exists already").containsOnlyOnce("\n");
        assertThat(Files.readString(folder.resolve("mesh.peers"))).isEqualTo(before);
        assertThat(folder.resolve("carl.secrets")).doesNotExist();
        Files.setPosixFilePermissions(folder.resolve("ben.secrets"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(check("ben")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("chmod 600 " + folder.resolve("ben.secrets")).containsOnlyOnce("\n");
    }

    @Test
    void withoutAnEmulatorTheFilesHavePlacesForWhatIsMissingAndCheckNamesThem() throws IOException {
        assertThat(run("init", "--nodes", "anna,ben", "--topology", "star")).isZero();
        assertThat(Files.readString(folder.resolve("mesh.peers"))).contains("# channel  ", "# writers  ");
        assertThat(Files.readString(folder.resolve("anna.secrets"))).contains("# token  ", "# writer  ");
        assertThat(check()).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err().lines().toList()).hasSize(2).allMatch(line -> line.contains("add the line 'channel'"));
        var reader = emulator.world().addBot("anna_reader_bot");
        var writer = emulator.world().addBot("anna_writer_bot");
        long channel = emulator.world()
                .addChannel("Anna", null, List.of(new Admin(reader.id(), Set.of()), Admin.full(writer.id())))
                .id();
        edit("mesh.peers", "# channel  ", "channel " + channel + " # ");
        edit("anna.secrets", "# token  ", "token " + reader.token() + " # ");
        edit("ben.secrets", "# token  ", "token " + reader.token() + " # ");
        edit("ben.secrets", "# writer  ", "writer " + writer.token() + " # ");
        assertThat(check("ben")).as(err()).isZero();
        assertThat(out())
                .contains("ben  to anna: " + writer.id() + " in " + channel + "; ", "leave it only that right");
    }

    private void edit(String file, String from, String to) throws IOException {
        Path path = folder.resolve(file);
        Files.writeString(path, Files.readString(path).replace(from, to));
    }

    @Test
    void aLaneThatDoesNotWorkGetsALineThatSaysWhatToDo() {
        init("--nodes", "anna,ben", "--writers", "2");
        var anna = view("ben").peer("anna").orElseThrow();
        long channel = Long.parseLong(anna.lanes().getFirst().channel());
        emulator.world()
                .chats()
                .promote(channel, Admin.of(anna.lanes().getFirst().writer()));
        emulator.world()
                .chats()
                .promote(
                        channel,
                        Admin.of(view("anna").readerToken().orElseThrow().botId()));
        assertThat(check("ben")).as(err()).isEqualTo(ExitCodes.FAILED);
        assertThat(out().lines().filter(line -> line.startsWith("BAD   ")))
                .singleElement()
                .asString()
                .contains("ben  to anna: " + anna.lanes().getFirst(), "give it the right to post");
        assertThat(err()).contains("1 of 4 do not work");
        assertThat(run("check", "--api", api, "--json")).as(err()).isEqualTo(ExitCodes.FAILED);
        assertThat(Json.parseObject(out()).truth("ok")).isFalse();
        emulator.close();
        assertThat(check("ben")).as(err()).isEqualTo(ExitCodes.FAILED);
        assertThat(err()).contains("cannot reach the Bot API").containsOnlyOnce("\n");
        assertThat(check("ben", "--offline")).isZero();
        assertThat(out()).contains("ok    ben  its files go together");
    }

    @Test
    void chatsBetweenBotsAndTopicsAreMadeToo() {
        init("--nodes", "anna,ben,carl", "--carrier", "chat", "--topic", "weather=weather.>", "--topic", "news=news.*");
        assertThat(check()).as(out() + err()).isZero();
        assertThat(out()).contains("anna  to topic weather: ", "anna  to ben: ").doesNotContain("register");
        assertThat(view("ben").topicsRead()).extracting(PeerFile.Topic::name).containsExactly("weather", "news");
        assertThat(view("ben").topicLanes("news")).hasSize(2);
        assertThat(view("ben").keyring().current("news").orElseThrow().key())
                .isEqualTo(view("carl").file().topic("news").orElseThrow().group());
        assertThat(run("show")).isZero();
        assertThat(out()).contains("is written to at @", "weather.> in -", "read by anna ben carl");
        assertThat(run("show", "--json")).isZero();
        assertThat(Json.parseObject(out()).has("topics")).isTrue();
    }

    @Test
    void anOwnerWhoMayNotPinIsTold() throws IOException {
        init("--nodes", "anna,ben", "--topic", "weather=weather.>");
        edit("mesh.peers", "owner    anna", "owner    ben");
        assertThat(check("--no-post")).as(err()).isZero();
        assertThat(out().lines().filter(line -> line.contains("it cannot keep the topic's register")))
                .singleElement()
                .asString()
                .startsWith("ok    ben  reader ");
    }

    @Test
    void rotationGivesANewKeyTheOldOneStillOpensAndCommentsStay() throws IOException {
        init("--nodes", "anna,ben");
        edit("mesh.peers", "[node anna]", "# the first of us\n[node anna]");
        edit("anna.secrets", "[node anna]", "# mine\n[node anna]");
        var old = view("anna").keyring();
        assertThat(run("rotate", "anna")).as(err()).isZero();
        var ring = view("anna").keyring();
        assertThat(ring.current()).isNotEqualTo(old.current());
        assertThat(ring.find(old.current().id())).hasSize(1);
        assertThat(ring.newestGeneration()).isEqualTo(old.newestGeneration() + 1);
        assertThat(view("ben").peer("anna").orElseThrow().reader()).isEqualTo(ring.current());
        assertThat(Files.readString(folder.resolve("mesh.peers"))).contains("# the first of us");
        assertThat(Files.readString(folder.resolve("anna.secrets"))).contains("# mine");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("anna.secrets"))))
                .isEqualTo("rw-------");
        assertThat(check()).as(err()).isZero();
        assertThat(run("rotate", "zoe")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("no such file");
    }

    @Test
    void keysUnderAPassphraseStayUnderIt() throws IOException {
        Path passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse\n");
        init("--nodes", "anna,ben", "--passphrase-file", passphrase.toString());
        assertThat(check("anna")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("under a passphrase: give it by --passphrase-file or in BOTMESH_PASSPHRASE");
        assertThat(check("anna", "--passphrase-file", passphrase.toString())).isZero();
        assertThat(run("rotate", "anna", "--passphrase-file", passphrase.toString()))
                .isZero();
        assertThat(Files.readString(folder.resolve("anna.secrets")))
                .contains("bm-keys-1-")
                .doesNotContain("plain");
        assertThat(check("anna", "--passphrase-file", passphrase.toString()))
                .as(err())
                .isZero();
        Files.writeString(passphrase, "another");
        assertThat(check("anna", "--passphrase-file", passphrase.toString())).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("give the right passphrase").containsOnlyOnce("\n");
    }

    @Test
    void aPassphraseFileThatIsNotThereIsNoneThoughNoKeyNeedsIt() {
        init("--nodes", "anna,ben");
        assertThat(check("anna", "--passphrase-file", folder.resolve("none").toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).contains("cannot read passphrase file").containsOnlyOnce("\n");
    }

    @Test
    void admissionsThatDoNotGoTogetherGetALine() throws IOException {
        init("--nodes", "anna,ben,carl", "--topic", "weather=weather.>");
        assertThat(check("--offline")).as(out() + err()).isZero();
        String toBen = admission("anna", "to ben");
        String toCarl = admission("anna", "to carl");
        edit("anna.secrets", toBen, "exchanged");
        edit("anna.secrets", toCarl, toBen);
        edit("anna.secrets", "exchanged", toCarl);
        assertThat(check("--offline")).isEqualTo(ExitCodes.FAILED);
        assertThat(out().lines().filter(line -> line.startsWith("BAD   ")))
                .containsExactly(
                        "BAD   anna  to ben; its admission is not the one that ben gave it: put that of [from anna] of ben into [to ben]",
                        "BAD   anna  to carl; its admission is not the one that carl gave it: put that of [from anna] of carl into [to carl]");
        assertThat(check("anna", "--offline")).as("nobody to compare with").isZero();
        edit("anna.secrets", "admission " + toCarl, "");
        edit("carl.secrets", "[from ben]\nadmission " + admission("carl", "from ben"), "");
        edit("ben.secrets", admission("ben", "topic weather"), toCarl);
        assertThat(check("--offline")).isEqualTo(ExitCodes.FAILED);
        assertThat(out())
                .contains(
                        "anna  to ben; it has no admission there, and ben gave it one: put that of [from anna] of ben into [to ben]",
                        "ben  to carl; carl has no [from ben] with an admission, and refuses what is sent with one: put that of [to carl] there",
                        "topic weather; its admission is not that of anna: all who publish or read there share one");
    }

    /** The admission secret of a section of a node's file. */
    private String admission(String node, String section) throws IOException {
        String text = Files.readString(folder.resolve(node + ".secrets"));
        String rest = text.substring(text.indexOf("[" + section + "]"));
        return rest.substring(rest.indexOf("bm-admission-")).lines().findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "init --nodes a",
                "init --nodes a,a",
                "init --nodes a,b:c",
                "init --nodes a,b --writers 49",
                "init --nodes a,b --topology tree",
                "init --nodes a,b --topic x=..",
                "init --nodes a,b --emulator nowhere",
                "show",
                "check",
                "rotate",
                "rotate a"
            })
    void wrongUseIsOneLine(String line) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err()).containsOnlyOnce("\n").startsWith("botmesh: ");
        assertThat(folder).isEmptyDirectory();
    }
}
