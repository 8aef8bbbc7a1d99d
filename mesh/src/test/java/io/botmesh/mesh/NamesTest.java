package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.MessageHeader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a packet could not say is refused to the caller, and the node goes on. */
class NamesTest {
    private final NodePair pair = new NodePair(new SimulatedSeal());

    static List<String> bad() {
        return List.of("n".repeat(257), "é".repeat(129), "half \ud83d of a pair", "\udc00");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aStreamThatCannotBeNamed(String name) throws InterruptedException {
        pair.join(true);
        assertThatIllegalArgumentException().isThrownBy(() -> pair.anna.send("bert", name, "s", new byte[1]));
        pair.anna.send("bert", "n".repeat(256), "s", "whole".getBytes(UTF_8));
        pair.rig.pass(Duration.ofMinutes(1));
        assertThat(pair.bert.bodies()).containsExactly("whole");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void subjectsPeersNodesAndQueues(String name) {
        String word = name.replace(' ', '-');
        assertThatIllegalArgumentException().isThrownBy(() -> Subject.checked(word));
        assertThatIllegalArgumentException().isThrownBy(() -> new Peer(name, null, null, null, List.of(), null, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new TopicChange.Queue(word, Set.of("anna")));
        assertThatIllegalArgumentException().isThrownBy(() -> new TopicChange.Queue("q", Set.of(word)));
        assertThatIllegalArgumentException().isThrownBy(() -> MessageHeader.of(word + "n".repeat(1_024), ""));
        assertThatIllegalArgumentException().isThrownBy(() -> setup(name));
    }

    private NodeSetup setup(String name) {
        var ends = new NodeSetup.Ends(null, Map.of());
        return new NodeSetup(name, pair.anna.protection, Peers.of(List.of(), List.of()), ends, new MemoryNodeStore());
    }

    @Test
    void aQueuesNameIsOneWord() {
        for (String name : List.of("", " ", "two words", "two\nlines", "a\tb", "n".repeat(129)))
            assertThatIllegalArgumentException().isThrownBy(() -> new TopicChange.Queue(name, Set.of("anna")));
    }

    @Test
    void whatIsTheNodesOwnIsNotAProgramsToUse() {
        var own = List.of(MessageHeader.of("bm-request", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Names.programsHeaders(own));
        for (String stream : List.of(NodeTopics.STREAM, Requests.STREAM, ObjectParts.STREAM, "bm-"))
            assertThatIllegalArgumentException().isThrownBy(() -> Names.programsStream(stream));
        assertThat(Names.programsStream("bmx")).isEqualTo("bmx");
        var link = new Node(setup("anna")).link("bert");
        assertThatIllegalArgumentException().isThrownBy(() -> link.stream("bm-topics"));
        assertThatIllegalArgumentException().isThrownBy(() -> link.stream("n".repeat(257)));
        assertThatIllegalArgumentException().isThrownBy(() -> link.sendAsync("s", own, new byte[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> link.request("s", own, new byte[0], Duration.ofSeconds(1)));
        var topic = new Node(setup("anna")).topic("news");
        assertThatIllegalArgumentException().isThrownBy(() -> topic.publishAsync("s", own, new byte[0]));
    }

    @Test
    void whatNodesTellEachOtherIsNotCountedAsSent() throws InterruptedException {
        var topic = new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben", "carl");
        topic.rig.run(Duration.ofMinutes(3));
        var anna = topic.member("anna");
        assertThat(anna.core().sent("ben")).isZero();
        anna.send("ben", "s", "one");
        anna.send("ben", "other", "s", new byte[3]);
        assertThat(anna.core().sent("ben")).isEqualTo(2);
        topic.rig.run(Duration.ofSeconds(1));
        anna.send("ben", "s", "three");
        anna.step(); // on its disk
        anna.kill();
        assertThat(anna.core().sent("ben")).isEqualTo(3);
        topic.rig.run(Duration.ofMinutes(3));
        anna.kill();
        assertThat(anna.core().sent("ben")).isEqualTo(3);
    }
}
