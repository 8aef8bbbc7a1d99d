package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.LinkSender.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams have names of the program's choice, such as the number of an order: however many there are over time, each message arrives. */
class ManyStreamsTest {
    private final NodePair pair = new NodePair(new SimulatedSeal());

    private long send(String stream, String body) {
        return pair.anna.send("bert", stream, "s", body.getBytes(UTF_8));
    }

    private Map<String, List<String>> byStream() {
        return pair.bert.got.stream()
                .collect(groupingBy(Delivery::stream, mapping(one -> new String(one.body(), UTF_8), toList())));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyNamesAtOnce(boolean answers) throws InterruptedException {
        pair.join(answers);
        for (int n = 0; n < 1_000; n++) send("order-" + n, "m" + n);
        pair.rig.pass(Duration.ofHours(1));
        assertThat(pair.bert.got).hasSize(1_000);
        for (Delivery one : pair.bert.got)
            assertThat(one.stream()).isEqualTo("order-" + new String(one.body(), UTF_8).substring(1));
        assertThat(pair.anna.core().isDrained()).isTrue();
        int posts = pair.anna.posts;
        pair.rig.pass(Duration.ofDays(2));
        assertThat(pair.anna.posts - posts).as("nothing is left to say").isLessThan(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyNamesOneAfterTheOther(boolean answers) throws InterruptedException {
        pair.join(answers);
        for (int n = 0; n < 600; n++) {
            send("order-" + n, "m" + n);
            pair.rig.pass(Duration.ofSeconds(3));
        }
        pair.rig.pass(Duration.ofHours(1));
        assertThat(pair.bert.got).hasSize(600);
        if (answers) assertThat(pair.anna.reached.values()).hasSize(600).allMatch(level -> level == Level.DONE);
        // One that ended long ago begins anew.
        send("order-1", "again");
        send("", "first stream");
        pair.rig.pass(Duration.ofMinutes(1));
        assertThat(byStream().get("order-1")).containsExactly("m1", "again");
        assertThat(byStream().get("")).containsExactly("first stream");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesThatComeBackKeepTheirOrder(boolean answers) throws InterruptedException {
        pair.join(answers);
        for (int round = 0; round < 4; round++) {
            for (int n = 0; n < 400; n++) send("chat-" + n, round + "/" + n);
            pair.rig.pass(Duration.ofSeconds(5));
            if (round % 2 == 1) {
                pair.anna.kill();
                pair.bert.kill();
            }
        }
        pair.rig.pass(Duration.ofHours(2));
        assertThat(byStream()).hasSize(400);
        byStream().forEach((stream, bodies) -> {
            String n = stream.substring("chat-".length());
            assertThat(bodies).as(stream).containsExactly("0/" + n, "1/" + n, "2/" + n, "3/" + n);
        });
    }

    @Test
    void aProcessThatDiesWhenStreamsHaveEndedUsesTheirNumbersNoMore() throws InterruptedException {
        pair.join(true);
        for (int n = 0; n < 230; n++) send("order-" + n, "m" + n);
        pair.rig.pass(Duration.ofHours(1));
        pair.anna.kill();
        for (int n = 0; n < 230; n++) send("order-" + n, "again");
        pair.rig.pass(Duration.ofHours(1));
        assertThat(byStream())
                .hasSize(230)
                .allSatisfy((stream, bodies) -> assertThat(bodies).hasSize(2));
    }

    @Test
    void whenAllAreBusyOthersWaitAndTheNodesOwnDoNot() throws InterruptedException {
        pair.join(true);
        pair.bert.handles = false;
        for (int n = 0; n < 300; n++) send("busy-" + n, "m");
        pair.rig.pass(Duration.ofMinutes(10));
        long own = send(Requests.STREAM, "the node's own");
        pair.rig.pass(Duration.ofMinutes(10));
        assertThat(pair.anna.reached.get(own)).isEqualTo(Level.STORED);
        assertThat(pair.anna.reached.values().stream().filter(level -> level == Level.STORED))
                .hasSize(Places.MOST + 1);
        // The reader's next process has handlers that end.
        pair.bert.handles = true;
        pair.bert.kill();
        pair.rig.pass(Duration.ofHours(1));
        assertThat(pair.anna.reached.values()).hasSize(301).allMatch(level -> level == Level.DONE);
    }

    @Test
    void aNameIsNotUsedAnewBeforeHandlersHaveEndedThoughNobodySaysSo() throws InterruptedException {
        pair.join(false);
        send("slow", "first");
        pair.rig.pass(Duration.ofSeconds(10));
        pair.bert.got.clear();
        pair.bert.fails = "not yet";
        send("slow", "second");
        pair.rig.pass(Duration.ofSeconds(1));
        pair.bert.fails = null;
        pair.bert.handles = false;
        pair.rig.pass(Duration.ofSeconds(5)); // the second attempt does not end
        for (int n = 0; n < 400; n++) send("other-" + n, "m");
        pair.rig.pass(Duration.ofSeconds(30));
        send("slow", "third");
        pair.rig.pass(Duration.ofSeconds(30));
        assertThat(byStream()).doesNotContainKey("slow-third");
        pair.bert.handles = true;
        pair.bert.kill();
        pair.rig.pass(Duration.ofHours(1));
        List<String> slow = byStream().getOrDefault("slow", List.of());
        assertThat(slow.indexOf("third")).isGreaterThan(slow.lastIndexOf("second"));
        assertThat(slow).endsWith("third");
    }

    /** Nobody tells the sender to wait: the reader has to keep thousands of streams whose handlers are busy. */
    @Test
    void handlersThatAreBusyForLongLoseNoStreamThoughNobodyAnswers() throws InterruptedException {
        pair.join(false);
        pair.bert.handles = false;
        for (int n = 0; n < 3_000; n++) {
            send("order-" + n, "m" + n);
            if (n % 200 == 0) pair.rig.pass(Duration.ofMinutes(1));
        }
        pair.rig.pass(Duration.ofHours(10));
        pair.bert.handles = true;
        pair.bert.kill();
        pair.rig.pass(Duration.ofHours(10));
        assertThat(byStream()).hasSize(3_000);
    }

    /** The ends of so many streams are said long after their messages: of those that are known to lack nothing the oldest give way. */
    @Test
    void aBurstOfNamesLosesNoneThoughHandlersAreBusyAndNobodyAnswers() throws InterruptedException {
        pair.join(false);
        pair.bert.handles = false;
        for (int n = 0; n < 10_000; n++) send("order-" + n, "m" + n);
        pair.rig.pass(Duration.ofHours(10));
        pair.bert.handles = true;
        pair.bert.kill();
        pair.rig.pass(Duration.ofHours(1));
        assertThat(byStream().keySet()).hasSize(10_000);
    }

    /** What is missing of many streams comes at last; meanwhile those of which all has come do not end before their sender says so. */
    @Test
    void streamsWithGapsAreNoReasonToEndOthersThoughNobodyAnswers() throws InterruptedException {
        pair.joinOneWay();
        for (int n = 0; n < 200; n++) send("open-" + n, "first");
        pair.rig.pass(Duration.ofMinutes(1));
        var late = new ArrayList<byte[]>();
        for (int round = 0; round < 3; round++) {
            pair.rig.network = whichIsKeptIn(late);
            for (int n = 0; n < 400; n++) send("order-" + round + "-" + n, "first");
            pair.rig.pass(Duration.ofMinutes(2));
            pair.rig.network = Carrier.Writers::post;
            for (int n = 0; n < 400; n++) send("order-" + round + "-" + n, "second");
            pair.rig.pass(Duration.ofMinutes(2));
        }
        for (int n = 0; n < 200; n++) send("open-" + n, "second");
        pair.rig.pass(Duration.ofMinutes(2));
        deliver(late);
        assertThat(pair.bert.core().statistics(pair.rig.now).missed()).isZero();
        assertThat(byStream())
                .hasSize(1_400)
                .allSatisfy((stream, bodies) -> assertThat(bodies).containsExactly("first", "second"));
    }

    @Test
    void whatIsLostAtTheEndOfAStreamIsFoundOutThoughNothingFollowsOnIt() throws InterruptedException {
        pair.join(false);
        pair.rig.network = (writers, lane, packet, document) ->
                new Outcome.Posted(new PostId(1, 1), Instant.EPOCH); // and is deleted at once
        send("order-a", "lost");
        send("order-b", "lost");
        pair.rig.pass(Duration.ofSeconds(5));
        pair.rig.network = Carrier.Writers::post;
        for (int n = 0; n < 300; n++) send("order-" + n, "m" + n);
        pair.rig.pass(Duration.ofDays(4));
        assertThat(pair.bert.got).hasSize(300);
        assertThat(pair.bert.core().statistics(pair.rig.now).missed()).isEqualTo(2);
        assertThat(pair.bert.events).anyMatch(NodeEvent.Missed.class::isInstance);
    }

    /** Nothing of the earlier stream has come when its name comes back: neither a message nor its end. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNameThatComesBackDoesNotOvertakeWhatIsOnItsWay(boolean restarts) throws InterruptedException {
        pair.join(false);
        var late = new ArrayList<byte[]>();
        pair.rig.network = whichIsKeptIn(late);
        send("order-7", "first");
        pair.rig.pass(Duration.ofSeconds(5));
        for (int n = 100; n < 500; n++) send("order-" + n, "m");
        pair.rig.pass(Duration.ofMinutes(2));
        if (restarts) pair.anna.kill();
        pair.rig.network = Carrier.Writers::post;
        send("order-7", "second");
        pair.rig.pass(Duration.ofMinutes(5));
        if (restarts) pair.bert.kill();
        pair.rig.pass(Duration.ofMinutes(5));
        assertThat(byStream()).isEmpty();
        deliver(late);
        assertThat(byStream().get("order-7")).containsExactly("first", "second");
        assertThat(byStream()).hasSize(401);
        assertThat(pair.bert.core().statistics(pair.rig.now).missed()).isZero();
    }

    /**
     * Of the first stream of a name its first message has come, of the second nothing but that it was, of the third all. Then comes the second,
     * which says that something is missing of the first.
     */
    @Test
    void aNameThatComesBackTwiceDoesNotOvertakeTheEndOfItsFirstStream() throws InterruptedException {
        pair.join(false);
        send("order-7", "first");
        pair.rig.pass(Duration.ofMinutes(2));
        var lost = new ArrayList<byte[]>();
        var late = new ArrayList<byte[]>();
        pair.rig.network = whichIsKeptIn(lost);
        send("order-7", "second");
        for (int n = 100; n < 500; n++) send("order-" + n, "m");
        pair.rig.pass(Duration.ofMinutes(2));
        pair.rig.network = whichIsKeptIn(late);
        send("order-7", "third");
        pair.rig.pass(Duration.ofMinutes(2));
        for (int n = 500; n < 900; n++) send("order-" + n, "m");
        pair.rig.pass(Duration.ofMinutes(2));
        pair.rig.network = Carrier.Writers::post;
        send("order-7", "fourth");
        pair.rig.pass(Duration.ofMinutes(2));
        deliver(late);
        assertThat(byStream().get("order-7")).containsExactly("first");
        deliver(lost);
        assertThat(byStream().get("order-7")).containsExactly("first", "second", "third", "fourth");
        assertThat(pair.bert.core().statistics(pair.rig.now).missed()).isZero();
    }

    private static NodeRig.Network whichIsKeptIn(List<byte[]> packets) {
        return (writers, lane, packet, document) -> {
            packets.add(packet);
            return new Outcome.Posted(new PostId(1, 1), Instant.EPOCH);
        };
    }

    private void deliver(List<byte[]> packets) throws InterruptedException {
        Carrier.Writers writers = pair.toBert.writers(1);
        for (byte[] packet : packets)
            writers.post(0, packet, packet.length > writers.capabilities().textBytes());
        pair.rig.pass(Duration.ofMinutes(5));
    }

    @Test
    void aNameThatComesBackGoesOnWhenWhatWentBeforeIsGone() throws InterruptedException {
        pair.join(false);
        pair.rig.network = (writers, lane, packet, document) -> new Outcome.Posted(new PostId(1, 1), Instant.EPOCH);
        send("order-7", "lost");
        for (int n = 100; n < 500; n++) send("order-" + n, "lost");
        pair.rig.pass(Duration.ofMinutes(2));
        pair.rig.network = Carrier.Writers::post;
        send("order-7", "second");
        pair.rig.pass(Duration.ofDays(4));
        assertThat(byStream().get("order-7")).containsExactly("second");
        assertThat(pair.bert.core().statistics(pair.rig.now).missed()).isPositive();
    }

    @Test
    void aMessageThatWasPutAsideComesBackUnderTheNameOfItsStreamThoughThatHasEnded() throws InterruptedException {
        pair.join(false);
        pair.bert.fails = "no";
        send("order-7", "first");
        pair.rig.pass(Duration.ofHours(1));
        pair.bert.fails = null;
        for (int n = 100; n < 800; n++) send("order-" + n, "m");
        pair.rig.pass(Duration.ofHours(1));
        pair.bert.got.clear();
        pair.bert.handles = false;
        send("order-7", "second");
        pair.rig.pass(Duration.ofMinutes(1));
        var asides = new SetAside(pair.bert.disk);
        var letter = asides.list().getFirst();
        assertThat(letter.stream()).isEqualTo("order-7");
        asides.retry(letter.id());
        pair.bert.got.clear();
        pair.bert.handles = true;
        pair.bert.kill();
        pair.rig.pass(Duration.ofMinutes(10));
        assertThat(byStream()).containsOnlyKeys("order-7");
        assertThat(byStream().get("order-7")).containsExactly("first", "second");
        pair.bert.kill();
        pair.rig.pass(Duration.ofMinutes(10));
        assertThat(pair.bert.got).hasSize(2);
    }

    @Test
    void onlySoManyNamesThatEndedAreRemembered() throws InterruptedException {
        pair.join(false);
        for (int n = 0; n < PastStreams.MOST + 1_000; n++) {
            send("order-" + n, "m");
            if (n % 200 == 0) pair.rig.pass(Duration.ofMinutes(1));
        }
        pair.rig.pass(Duration.ofHours(10));
        assertThat(pair.bert.got).hasSize(PastStreams.MOST + 1_000);
        assertThat(pair.anna.disk.list(NodeStore.Kind.PAST, null, 100_000)).hasSize(PastStreams.MOST);
    }

    @Test
    void aReaderThatForgetsIsToldOfEndedStreamsOnceMore() throws InterruptedException {
        pair.join(true);
        for (int n = 0; n < 400; n++) send("order-" + n, "m" + n);
        pair.rig.pass(Duration.ofHours(1));
        pair.bert.kill();
        pair.bert.disk.values.clear();
        for (int n = 400; n < 1_000; n++) send("order-" + n, "m" + n);
        pair.rig.pass(Duration.ofHours(3));
        assertThat(byStream().keySet()).hasSize(1_000);
        assertThat(pair.anna.core().isDrained()).isTrue();
    }
}
