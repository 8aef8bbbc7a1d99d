package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of nodes get wrong: one line that says what to do, and nothing else. */
@Timeout(60)
class NodeBadInputTest {
    /** Every command that runs a node, with the node that it is and all else right. */
    private static final String QUASI = "quasi ben";

    private static final String SUB = "sub ben";
    private static final String RECEIVE = "receive --as ben";
    private static final String LINK = "link ben anna";
    private static final String REQUEST = "request ben anna subject text";
    private static final String PUB = "pub ben news news.today text";
    private static final String SEND = "send --as ben --to anna FILE";

    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    @SuppressWarnings("NullAway.Init") // before each test
    private NodeScene scene;

    @BeforeEach
    void init() {
        scene = new NodeScene(folder, Emulator.start(), "anna,ben", "--topic", "news=news.>", "--writers", "1");
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private List<String> words(String line, Path dir, String api, String... more) throws IOException {
        Path file = Files.writeString(elsewhere.resolve("file"), "content");
        var words = new ArrayList<String>();
        for (String word : line.split(" ", -1)) words.add(word.equals("FILE") ? file.toString() : word);
        words.addAll(List.of("--dir", dir.toString(), "--api", api));
        words.addAll(List.of(more));
        return words;
    }

    private void assertOneLine(int code, String what, List<String> words) {
        var said = NodeScene.here(words.toArray(String[]::new));
        assertThat(said.code()).as("%s: %s", words, said.err()).isEqualTo(code);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .as("%s", words)
                .startsWith("botmesh: ")
                .containsOnlyOnce("\n")
                .contains(what)
                .doesNotContain("\tat ", "Exception", "FAKE", "bm-keys-", "bm-admission-");
    }

    private void assertRefused(String line, int code, String what, String... more) throws IOException {
        assertOneLine(code, what, words(line, folder, scene.emulator.api().toString(), more));
    }

    private void edit(String file, String from, String to) throws IOException {
        Path path = folder.resolve(file);
        Files.writeString(path, Files.readString(path).replaceFirst(from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {QUASI, SUB, RECEIVE, LINK, REQUEST, PUB, SEND})
    void filesThatAreMissingOpenToOthersOrAnothersAreRefused(String line) throws IOException {
        String api = scene.emulator.api().toString();
        assertOneLine(ExitCodes.WRONG_USE, "there is no such file", words(line, elsewhere, api));
        assertRefused(line.replace("ben", "zoe"), ExitCodes.WRONG_USE, "zoe.secrets: there is no such file");
        Path secrets = folder.resolve("ben.secrets");
        String own = Files.readString(secrets);
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(line, ExitCodes.WRONG_USE, "chmod 600 " + secrets);
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
        edit("ben.secrets", "bm-keys-plain-....", "bm-keys-plain-AAAA");
        assertRefused(line, ExitCodes.WRONG_USE, "the keys cannot be read");
        Files.writeString(secrets, own);
        edit("mesh.peers", "(?s)(node ben.*?key +)bm-node-....", "$1bm-node-AAAA");
        assertRefused(line, ExitCodes.WRONG_USE, "mesh.peers");
    }

    /** Copied to the wrong place, or left over from another mesh. */
    @ParameterizedTest
    @ValueSource(strings = {QUASI, SUB, RECEIVE, LINK, REQUEST, PUB, SEND})
    void secretsOfAnotherNodeOrMeshAreCalledThat(String line) throws IOException {
        Path secrets = folder.resolve("ben.secrets");
        Files.copy(folder.resolve("anna.secrets"), secrets, StandardCopyOption.REPLACE_EXISTING);
        assertRefused(line, ExitCodes.WRONG_USE, "ben.secrets: these are the secrets of anna, not of ben");
        Path other = elsewhere.resolve("other");
        assertThat(NodeScene.here(
                                "peers",
                                "init",
                                "--nodes",
                                "anna,ben",
                                "--emulator",
                                scene.emulator.control().toString(),
                                "--dir",
                                other.toString())
                        .code())
                .isZero();
        Files.copy(other.resolve("ben.secrets"), secrets, StandardCopyOption.REPLACE_EXISTING);
        assertRefused(line, ExitCodes.WRONG_USE, "ben.secrets: these are the secrets of another ben");
    }

    @ParameterizedTest
    @ValueSource(strings = {QUASI, SUB, RECEIVE, LINK, REQUEST, PUB, SEND})
    void aServerThatIsAwayATokenThatIsNoneAndAStoreThatIsNoneEndTheCommand(String line) throws IOException {
        String nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = "http://127.0.0.1:" + socket.getLocalPort();
        }
        assertOneLine(ExitCodes.FAILED, "check --api, now " + nobody, words(line, folder, nobody));
        assertOneLine(ExitCodes.WRONG_USE, "--api takes", words(line, folder, "nowhere"));
        Path garbage = Files.writeString(elsewhere.resolve("garbage"), "no database, but text that is long enough");
        assertRefused(
                line,
                ExitCodes.FAILED,
                garbage + ": it is damaged or not a node's store: ",
                "--store",
                garbage.toString());
        assertRefused(line, ExitCodes.WRONG_USE, "--store is empty", "--store", "");
        assertRefused(line, ExitCodes.WRONG_USE, "--store is empty", "--store", " ");
        assertRefused(line, ExitCodes.WRONG_USE, "--limits", "--limits", "none");
        edit("ben.secrets", "token +[0-9]+:\\S+", "token 123456:FAKE-token-for-tests-only-000000000");
        assertRefused(line, ExitCodes.FAILED, "check the token");
    }

    @ParameterizedTest
    @ValueSource(strings = {QUASI, SUB, RECEIVE, LINK, REQUEST, PUB, SEND, "peers check"})
    void theControlApiOfAnEmulatorIsCalledThat(String line) throws IOException {
        String control = scene.emulator.control().toString();
        assertOneLine(
                ExitCodes.FAILED,
                "--api is " + control + ", the control API of an emulator; give the address that it prints as Bot API",
                words(line, folder, control));
    }

    @Test
    void aPlaceForFilesThatIsNoFolderIsRefused() throws IOException {
        Path file = Files.writeString(elsewhere.resolve("taken"), "");
        for (String line : List.of(QUASI, SUB, LINK))
            assertRefused(line, ExitCodes.WRONG_USE, "is no folder", "--files", file.toString());
    }

    @Test
    void aSubjectThatIsNoneIsToldBeforeTheServerIsAsked() throws IOException {
        assertOneLine(ExitCodes.WRONG_USE, "an empty word", words("sub ben a..b", folder, "http://127.0.0.1:1"));
        assertOneLine(ExitCodes.WRONG_USE, "> stands at the end", words("sub ben >.a", folder, "http://127.0.0.1:1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {LINK, REQUEST, SEND})
    void aPeerThatIsNoneOrCannotBeReachedIsTold(String line) throws IOException {
        assertRefused(line.replace("anna", "zoe"), ExitCodes.WRONG_USE, "there is no peer zoe");
        assertRefused(line.replace("anna", "ben"), ExitCodes.WRONG_USE, "ben is this node itself");
        edit(
                "ben.secrets",
                "(?s)(.to anna.*?)writer +[0-9]+:\\S+",
                "$1writer 123456:FAKE-token-for-tests-only-000000000");
        assertRefused(line, ExitCodes.WRONG_USE, "has the writer 123456");
        edit("ben.secrets", "writer 123456:\\S+", "");
        assertRefused(line, ExitCodes.WRONG_USE, "ben has no tokens that post to anna");
    }

    @ParameterizedTest
    @ValueSource(strings = {LINK, REQUEST, SEND})
    void aChannelThatIsNoneIsToldByWhatTheServerSays(String line) throws IOException {
        edit("mesh.peers", "(?s)(node anna.*?channel +)\\S+", "$1-1009999999999");
        assertRefused(line, ExitCodes.FAILED, "botmesh: nothing can be posted to anna: bot ");
        assertRefused(line, ExitCodes.FAILED, "does not know channel -1009999999999 (Bad Request: chat not found)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quasi ben --count 0",
                "quasi ben --most-bytes -1",
                "sub ben --most-bytes -1",
                "link ben anna --most-bytes -1",
                "link ben anna --count 0",
                "sub ben a..b",
                "link ben anna --until never",
                "pub ben tides a b",
                "pub ben news tides.now low",
                "request ben anna s x --timeout 0",
                "send --as ben --to anna /no/such/file",
                "send --as ben",
                "receive --as ben --output /no/such/folder/file",
                "receive --as ben --most-bytes -1",
                "quasi ben --self-test extra"
            })
    void wrongWordsAreToldInOneLine(String line) throws IOException {
        assertRefused(line, ExitCodes.WRONG_USE, "");
    }
}
