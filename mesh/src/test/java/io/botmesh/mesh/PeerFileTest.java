package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerSecrets.Given;
import io.botmesh.mesh.PeerSecrets.Granted;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Identity;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.Armour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerFileTest {
    private static final PeerSecrets.Passphrase NONE = () -> {
        throw new IllegalStateException("nobody to ask");
    };

    @TempDir
    private Path folder;

    private final KeyFile anna = keys();
    private final KeyFile ben = keys();
    private final Identity carl = Identity.generate();
    private final ReaderSecret group = ReaderSecret.generate();
    private final AdmissionSecret admission = AdmissionSecret.generate();
    private final AdmissionSecret shared = AdmissionSecret.generate();

    private static KeyFile keys() {
        return new KeyFile(Identity.generate(), Keyring.of(ReaderSecret.generate()));
    }

    private static BotToken token(int bot) {
        return BotToken.parse(bot + ":FAKE-token-for-tests-only-" + "0".repeat(9));
    }

    private String text() {
        return """
                # Everybody has this.
                [node anna]
                key      %s      # who signs
                reader   %s
                channel  -1001111111111 @anna_too
                writers  11 12

                [node ben]
                key %s
                reader %s
                carrier chat
                channel @ben_reader_bot
                from anna
                armour base65536
                text-only

                [node carl]
                key %s
                from -

                [topic weather]
                subject weather.*.>
                channel -1002222222222
                writers 13
                group %s
                owner anna
                members ben
                from anna carl
                queue archive ben
                """.formatted(
                        anna.identity().key(),
                        anna.keyring().current(),
                        ben.identity().key(),
                        ben.keyring().current(),
                        carl.key(),
                        group.key());
    }

    private PeerFile file() {
        return PeerFile.parse("mesh.peers", text());
    }

    private PeerSecrets secrets() {
        return new PeerSecrets(
                "anna",
                anna,
                token(1),
                ChatId.of(-1003333333333L),
                Map.of("ben", new Given(List.of(token(22), token(21)), admission), "carl", new Given(List.of(), null)),
                Map.of("ben", new Granted(AdmissionSecret.generate(), new Quota(5, 50, 1_000, 32 << 20))),
                Map.of("weather", new Given(List.of(token(13)), shared)));
    }

    @Test
    void whatIsWrittenByHandIsRead() {
        PeerFile file = file();
        assertThat(file.nodes().keySet()).containsExactly("anna", "ben", "carl");
        var anna = file.node("anna").orElseThrow();
        assertThat(anna.key()).isEqualTo(this.anna.identity().key());
        assertThat(anna.channels()).containsExactly(ChatId.of(-1001111111111L), ChatId.of("@anna_too"));
        assertThat(anna.writers()).containsExactly(11L, 12L);
        assertThat(anna.medium()).isEqualTo(Medium.CHANNEL);
        assertThat(anna.hears("ben")).isTrue();
        assertThat(anna.hears("anna")).isFalse();
        var ben = file.node("ben").orElseThrow();
        assertThat(ben.medium()).isEqualTo(Medium.CHAT);
        assertThat(ben.textOnly()).isTrue();
        assertThat(ben.armour()).isEqualTo(Armour.BASE65536);
        assertThat(anna.armour()).isEqualTo(Armour.BASE32768);
        assertThat(ben.hears("anna")).isTrue();
        assertThat(ben.hears("carl")).isFalse();
        assertThat(file.node("carl").orElseThrow().from()).isEmpty();
        assertThat(file.topic("weather").orElseThrow().members()).containsExactly("ben");
        assertThat(file.topic("weather").orElseThrow().queues()).isEqualTo(Map.of("archive", Set.of("ben")));
    }

    @Test
    void anArmourIsOneThatCarriesFullPosts() {
        for (String wrong : List.of("armour", "armour base64url", "armour BASE65536", "armour base65536 base32768"))
            assertThatThrownBy(() -> PeerFile.parse("mesh.peers", text().replace("armour base65536", wrong)))
                    .as(wrong)
                    .isInstanceOf(MeshException.PeerMistakes.class)
                    .hasMessageMatching("mesh.peers:14: 'armour' .*base32768 or base65536");
    }

    @Test
    void peersAreToldWhatFitsAPost() {
        PeerView view = PeerView.of(file(), secrets());
        assertThat(view.peer("ben").orElseThrow().carrier())
                .isEqualTo(
                        Carriers.betweenBots(false).withArmour(Armour.BASE65536).withoutDocuments());
    }

    @Test
    void aQueueSharesAmongMembersAlone() {
        for (String wrong :
                List.of("queue", "queue archive", "queue a/b ben", "queue archive ben ben", "queue archive anna"))
            assertThatThrownBy(() -> PeerFile.parse("mesh.peers", text().replace("queue archive ben", wrong)))
                    .as(wrong)
                    .isInstanceOf(MeshException.PeerMistakes.class)
                    .hasMessageStartingWith("mesh.peers:");
        assertThatThrownBy(() -> PeerFile.parse("mesh.peers", text() + "queue archive ben\n"))
                .hasMessageContaining("a second queue archive");
    }

    @Test
    void whoReadsATopicLetsInWhoeverSharesItsSecret() {
        var joined =
                new KeyFile(ben.identity(), ben.keyring().joined("weather", 1, group, Instant.EPOCH, Keyring.LIFE));
        var own = new PeerSecrets(
                "ben", joined, token(2), null, Map.of(), Map.of(), Map.of("weather", new Given(List.of(), shared)));
        var view = PeerView.of(file(), PeerSecrets.parse("ben.secrets", own.write(null), NONE));
        assertThat(view.enrolments()).containsExactly(Enrolment.shared(Topic.address("weather"), shared));
        assertThat(view.topics().getFirst().admission()).isEqualTo(shared);
        assertThat(view.topics().getFirst().queues()).isEqualTo(Map.of("archive", Set.of("ben")));
        assertThat(PeerView.of(file(), secrets()).enrolments())
                .as("anna publishes and does not read")
                .extracting(Enrolment::name)
                .containsExactly("ben");
    }

    @Test
    void whatItWritesItReads() {
        assertThat(PeerFile.parse("again", file().write())).isEqualTo(file());
        var windows = "\ufeff" + text().replace("\n", "\r\n").replace(' ', '\t').replace("\t#\t", " # ");
        assertThat(PeerFile.parse("windows", windows)).isEqualTo(file());
    }

    @Test
    void secretsAreReadBackUnderAPassphraseOrWithoutAndNeverPrinted() {
        PeerSecrets secrets = secrets();
        assertThat(secrets.toString()).isEqualTo("PeerSecrets[anna]");
        for (char[] passphrase : new char[][] {null, "a passphrase".toCharArray()}) {
            String text = secrets.write(passphrase);
            PeerSecrets read = PeerSecrets.parse("anna.secrets", text, () -> "a passphrase".toCharArray());
            assertThat(read.keys().identity().secretText())
                    .isEqualTo(secrets.keys().identity().secretText());
            assertThat(read.withKeys(anna)).isEqualTo(secrets);
            assertThat(text.contains("bm-keys-plain-")).isEqualTo(passphrase == null);
        }
        assertThatThrownBy(() -> PeerSecrets.parse("anna.secrets", secrets.write("x".toCharArray()), NONE))
                .hasMessageMatching("anna\\.secrets:\\d+: the keys are under a passphrase: nobody to ask");
        assertThatThrownBy(() ->
                        PeerSecrets.parse("anna.secrets", secrets.write("x".toCharArray()), () -> new char[] {'y'}))
                .hasMessageContaining("the right passphrase")
                .hasMessageNotContaining("bm-keys");
    }

    @Test
    void aNodeSeesTheOthersWithTheLanesAndSecretsThatItWasGiven() {
        PeerView view = PeerView.of(file(), secrets());
        assertThat(view.peers()).extracting(Peer::name).containsExactly("ben", "carl");
        Peer ben = view.peer("ben").orElseThrow();
        assertThat(ben.node()).isEqualTo(this.ben.identity().key());
        assertThat(ben.reader()).isEqualTo(this.ben.keyring().current());
        assertThat(ben.admission()).isEqualTo(admission);
        assertThat(ben.lanes())
                .containsExactlyInAnyOrder(new LaneId(21, "@ben_reader_bot"), new LaneId(22, "@ben_reader_bot"));
        assertThat(java.util.Objects.requireNonNull(ben.carrier()).textOnly()).isTrue();
        assertThat(ben.answers()).isTrue();
        Peer carl = view.peer("carl").orElseThrow();
        assertThat(carl.reachable()).isFalse();
        assertThat(view.peer("anna")).isEmpty();
        assertThat(view.enrolments())
                .singleElement()
                .satisfies(enrolment -> {
                    assertThat(enrolment.name()).isEqualTo("ben");
                    assertThat(enrolment.sender()).isEqualTo(this.ben.identity().key());
                    assertThat(enrolment.quota().packetsPerSecond()).isEqualTo(5);
                })
                .isInstanceOf(Enrolment.class);
        assertThat(view.topicLanes("weather")).containsExactly(new LaneId(13, "-1002222222222"));
        assertThat(view.readerToken()).contains(token(1));
    }

    @Test
    void whatAGatewayStampsMayBeSignedByOthers() {
        PeerSecrets own = secrets();
        Granted ben = java.util.Objects.requireNonNull(own.from().get("ben"));
        var open = new PeerSecrets(
                own.node(),
                own.keys(),
                own.token(),
                own.scratch(),
                own.to(),
                Map.of("ben", new Granted(ben.admission(), ben.quota(), true)),
                own.topics());
        PeerSecrets read = PeerSecrets.parse("anna.secrets", open.write(null), NONE);
        assertThat(read.from()).isEqualTo(open.from());
        assertThat(PeerView.of(file(), read).enrolments()).singleElement().satisfies(enrolment -> {
            assertThat(enrolment.sender()).isNull();
            assertThat(enrolment.quota().packetsPerSecond()).isEqualTo(5);
        });
        assertThatThrownBy(() ->
                        PeerSecrets.parse("anna.secrets", open.write(null).replace("\ngateway", "\ngateway yes"), NONE))
                .isInstanceOf(MeshException.PeerMistakes.class)
                .hasMessageContaining("'gateway' takes no word");
    }

    @Test
    void lanesStandInTheOrderThatAllAgreeOn() {
        PeerFile file = PeerFile.parse(
                "p", text().replace("carrier chat\nchannel @ben_reader_bot", "channel -1005 -1006\nwriters 22 20 21"));
        assertThat(PeerView.of(file, secrets()).peer("ben").orElseThrow().lanes())
                .containsExactly(
                        new LaneId(22, "-1005"),
                        new LaneId(21, "-1005"),
                        new LaneId(22, "-1006"),
                        new LaneId(21, "-1006"));
    }

    @Test
    void ofAPeerThatMayNotWriteToUsNoAnswerIsExpected() {
        PeerFile file = PeerFile.parse("p", text().replace("writers  11 12", "from carl"));
        assertThat(PeerView.of(file, secrets()).peer("ben").orElseThrow().answers())
                .isFalse();
    }

    @Test
    void everyMistakeGetsALineThatSaysWhereItIsAndWhatToDo() {
        assertThat(mistakes(
                        """
                key 1
                [node anna]
                reader %s
                reader %s
                carrier pigeon
                colour red
                [node ben]
                channel nowhere
                [node anna]
                [group x]
                [node with space]
                [node carl]
                key bm-node-short
                from dora carl carl
                [topic t]
                subject a..b
                """.formatted(anna.keyring().current(), ben.keyring().current())))
                .containsExactly(
                        "f:1: a line before the first section: begin one, such as [node anna]",
                        "f:10: no section: write one of [node NAME], [topic NAME]",
                        "f:11: no section: write one of [node NAME], [topic NAME]",
                        "f:6: 'colour' is not known here: in [node …] write key, reader, carrier, channel, writers, from, armour, text-only",
                        "f:4: a second 'reader' in [node anna]: leave one",
                        "f:5: 'carrier' wants channel or chat",
                        "f:2: [node anna] has a reader and no channel: add the line 'channel' with where it reads",
                        "f:8: 'channel' wants the number of a chat, such as -1001234567890, or @name",
                        "f:7: [node ben] has neither key nor reader: add what it gave you, or make them with botmesh peers init",
                        "f:7: [node ben] has a channel and no reader: add its reader's key, or take the channel out",
                        "f:9: a second [node anna]: leave one",
                        "f:13: 'key' wants a key that begins with bm-node- and is whole",
                        "f:14: 'from' wants names of nodes in this file, or - for none",
                        "f:14: twice the same in 'from': leave one",
                        "f:16: 'subject' wants words between dots, * for one word, > at the end",
                        "f:15: [topic t] has no channel: add that line",
                        "f:15: [topic t] has no group: add that line");
        assertThat(mistakes("")).containsExactly("f: no node: add a section such as [node anna]");
        String same = anna.keyring().current().toString();
        assertThat(mistakes("[node a]\nreader " + same + "\nchannel -1\n[node b]\nreader " + same + "\nchannel -2\n"))
                .containsExactly("f:4: [node b] has the same reader as [node a]: each node needs its own");
    }

    private static List<String> mistakes(String text) {
        try {
            PeerFile.parse("f", text);
            return List.of();
        } catch (MeshException.PeerMistakes wrong) {
            assertThat(String.valueOf(wrong.getMessage()).lines().toList()).isEqualTo(wrong.mistakes());
            return wrong.mistakes();
        }
    }

    /** Each secret in each place of both files: whatever is said of it, it is not repeated. */
    @Test
    void noMistakeRepeatsASecretThatStandsInTheWrongPlace() {
        var secrets = List.of(
                token(5).value(),
                anna.identity().secretText(),
                ReaderSecret.generate().secretText(),
                admission.secretText(),
                anna.plainText());
        for (String secret : secrets) {
            var texts = new ArrayList<String>(
                    List.of(secret, secret + " x", "[" + secret + "]", "[node " + secret + "]", "[to " + secret + "]"));
            for (String keyword : List.of(
                    "key",
                    "reader",
                    "carrier",
                    "channel",
                    "writers",
                    "from",
                    "armour",
                    "text-only",
                    "subject",
                    "group",
                    "owner",
                    "members",
                    "keys",
                    "token",
                    "scratch",
                    "writer",
                    "admission",
                    "quota",
                    "unknown"))
                for (String section : List.of("node a", "topic a", "to a", "from a"))
                    texts.add("[" + section + "]\n" + keyword + " " + secret + "\n" + keyword + " " + secret + " "
                            + secret);
            for (String text : texts) {
                try {
                    PeerFile.parse("f", text);
                } catch (MeshException.PeerMistakes wrong) {
                    assertThat(wrong.getMessage()).as(text).doesNotContain(secret.substring(16));
                }
                try {
                    assertThat(PeerSecrets.parse("f", text, NONE).toString()).doesNotContain(secret.substring(16));
                } catch (MeshException.PeerMistakes wrong) {
                    assertThat(wrong.getMessage()).as(text).doesNotContain(secret.substring(16));
                }
            }
        }
    }

    @Test
    void filesThatDoNotGoTogetherAreToldWhatToChange() {
        var wrong = new PeerSecrets(
                "anna",
                new KeyFile(anna.identity(), ben.keyring()),
                token(22),
                null,
                Map.of("ben", new Given(List.of(token(22)), null), "zoe", new Given(List.of(), null)),
                Map.of("yan", new Granted(admission, null)),
                Map.of("sports", new Given(List.of(), null)));
        assertThatThrownBy(() -> PeerView.of(file(), wrong))
                .isInstanceOfSatisfying(
                        MeshException.PeerMistakes.class,
                        peers -> assertThat(peers.mistakes())
                                .hasSize(5)
                                .anyMatch(line -> line.contains(
                                        "put 'reader " + ben.keyring().current() + "' there"))
                                .anyMatch(line -> line.contains("[to ben] has the reader bot 22 as a writer"))
                                .anyMatch(line -> line.contains("[to zoe] is about no node in the peer file"))
                                .anyMatch(line -> line.contains("[from yan] is about no node"))
                                .anyMatch(line -> line.contains("[topic sports] is not in")));
        assertThatThrownBy(() -> PeerView.of(file(), wrong.withKeys(new KeyFile(ben.identity(), anna.keyring()))))
                .hasMessageContaining("put 'key " + ben.identity().key() + "' there");
        assertThatThrownBy(() -> PeerView.of(file(), wrong.withKeys(ben)))
                .isInstanceOfSatisfying(
                        MeshException.PeerMistakes.class,
                        peers -> assertThat(peers.mistakes())
                                .singleElement()
                                .asString()
                                .contains("the secrets of anna: these are the secrets of another anna"));
        var member = new PeerSecrets("ben", ben, token(2), null, Map.of(), Map.of(), Map.of());
        assertThatThrownBy(() -> PeerView.of(file(), member))
                .hasMessageContaining("the key of topic weather is missing");
        var joined =
                new KeyFile(ben.identity(), ben.keyring().joined("weather", 1, group, Instant.EPOCH, Keyring.LIFE));
        assertThat(PeerView.of(file(), member.withKeys(joined)).topicsRead())
                .extracting(PeerFile.Topic::name)
                .containsExactly("weather");
    }

    @Test
    void secretsThatOthersCanReadAreRefused() throws IOException {
        Path peers = Files.writeString(folder.resolve("mesh.peers"), text());
        Path secret =
                Files.writeString(folder.resolve("anna.secrets"), secrets().write(null));
        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> PeerView.read(peers, secret, NONE))
                    .isInstanceOf(MeshException.PeerMistakes.class)
                    .hasMessage(secret + ": others can read it, and it holds secrets: chmod 600 " + secret);
        }
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        assertThat(PeerView.read(peers, secret, NONE).name()).isEqualTo("anna");
        assertThatThrownBy(() -> PeerFile.read(folder))
                .hasMessage(folder + ": cannot be read: check that it is a file and that you may read it");
        assertThatThrownBy(() -> PeerFile.read(folder.resolve("none"))).hasMessageContaining("there is no such file");
        Path garbled = Files.write(folder.resolve("garbled"), new byte[] {'[', (byte) 0xff});
        assertThatThrownBy(() -> PeerFile.read(garbled)).hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> PeerSecrets.read(folder, NONE))
                .hasMessage(folder + ": cannot be read: check that it is a file and that you may read it");
        assertThatThrownBy(() -> PeerSecrets.read(folder.resolve("none"), NONE)).hasMessageContaining("no such file");
    }

    @Test
    void aNewReadersKeyChangesItsLineAndNothingElse() {
        var next = ReaderSecret.generate();
        String changed = PeerFile.withReader(text(), "ben", next.key());
        assertThat(changed)
                .isEqualTo(text().replace(
                                ben.keyring().current().toString(), next.key().toString()));
        assertThat(PeerFile.withReader(text(), "be", next.key())).isEqualTo(text());
        String secret = "# mine\n" + secrets().write(null);
        var rotated = new KeyFile(anna.identity(), anna.keyring().rotated(next, Instant.EPOCH, Keyring.LIFE));
        String after = PeerSecrets.withKeys(secret, rotated, null);
        assertThat(after).startsWith("# mine\n").doesNotContain(anna.plainText());
        assertThat(PeerSecrets.parse("s", after, NONE).keys().keyring()).isEqualTo(rotated.keyring());
        assertThat(Set.copyOf(after.lines().toList()))
                .hasSameSizeAs(Set.copyOf(secret.lines().toList()));
    }
}
