package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of senders whom nobody answers, whose programs may be others than ours. */
class OneWayStreamsTest {
    private static final NodeOptions OPTIONS =
            NodeOptions.defaults().withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, LaneShare.WHOLE, 3));

    private static Data message(long stream, long sequence, String body) {
        return new Data(stream, sequence, List.of(Piece.whole("s", List.of(), body.getBytes(UTF_8))));
    }

    @Test
    void messagesKeepTheNameOfTheirStreamWhenItsSenderIsAnsweredNoMore() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, true);
        scene.handles = false;
        var ill = scene.ill();
        scene.post(ill.packet(
                0, List.of(new Open(5, "order-5"), new Close(5, 2), message(5, 0, "one"), message(5, 1, "two"))));
        scene.answersNoMore();
        scene.restart();
        scene.open.clear();
        scene.post(ill.packet(1, message(0, 0, "other")));
        scene.end();
        scene.restart();
        scene.streams.clear();
        scene.post();
        assertThat(scene.streams).containsExactly("order-5");
    }

    @Test
    void whatIsGivenUpOfAStreamWhoseEndIsKnownIsToldToo() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        Piece first = Piece.first("s", List.of(), new byte[100], 1_000);
        var ill = scene.ill();
        scene.post(ill.packet(
                0,
                List.of(new Open(5, "order-5"), new Close(5, 3), new Data(5, 0, List.of(first)), message(5, 2, "x"))));
        for (int i = 0; i < KnownInboxes.AWAKE; i++) scene.post(scene.ill().packet(0, first));
        scene.post();
        assertThat(scene.pieces()).isEqualTo(KnownInboxes.AWAKE);
        assertThat(scene.missed).isEqualTo(3);
    }

    /** Opens two hundred streams with a message on each, of whose ends nothing will be heard. */
    private static byte[] opening(StrangerScene.Stranger who, int packet) {
        var frames = new ArrayList<Frame>();
        for (long stream = 200L * packet; stream < 200L * (packet + 1); stream++) {
            frames.add(new Open(stream, "order-" + stream));
            frames.add(message(stream, 0, "m" + stream));
        }
        return who.packet(packet, frames);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamInUseGoesOnThoughItWasSilentWhileTheEndsOfThousandsWereLost(boolean restarts)
            throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        var ill = scene.ill();
        scene.post(ill.packet(0, List.of(new Open(0, "seldom"), message(0, 0, "one"))));
        for (int packet = 1; packet < 26; packet++) scene.post(opening(ill, packet));
        if (restarts) scene.restart();
        scene.post(ill.packet(26, List.of(new Open(0, "seldom"), message(0, 1, "two"), message(0, 2, "three"))));
        assertThat(scene.got).endsWith("two", "three").hasSize(5_003);
        assertThat(scene.streams).endsWith("seldom", "seldom");
        if (restarts) return;
        // And what is missing of it is found out as ever.
        scene.post(ill.packet(27, List.of(new Open(0, "seldom"), message(0, 4, "five"))));
        scene.pass(Duration.ofDays(4));
        assertThat(scene.missed).isEqualTo(1);
        assertThat(scene.got).endsWith("five");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamThatGoesOnDoesNotOvertakeWhatItsHandlersAreBusyWith(boolean restarts) throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        scene.handles = false;
        var ill = scene.ill();
        scene.post(ill.packet(0, List.of(new Open(0, "seldom"), message(0, 0, "one"))));
        for (int packet = 1; packet < 26; packet++) scene.post(opening(ill, packet));
        scene.post(ill.packet(
                26,
                List.of(
                        new Open(0, "seldom"),
                        message(0, 1, "two"),
                        new Data(0, 2, List.of(Piece.first("s", List.of(), "th".getBytes(UTF_8), 5))))));
        assertThat(words(scene)).containsExactly("one");
        if (restarts) {
            scene.restart();
            scene.got.clear();
            scene.open.clear();
            scene.post();
            assertThat(words(scene)).containsExactly("one");
        }
        scene.post(ill.packet(
                27, List.of(new Open(0, "seldom"), new Data(0, 3, List.of(Piece.last("ree".getBytes(UTF_8)))))));
        while (!scene.open.isEmpty()) scene.end();
        assertThat(words(scene)).containsExactly("one", "two", "three");
        assertThat(scene.got).hasSize(5_003);
        assertThat(scene.missed).isZero();
    }

    private static List<String> words(StrangerScene scene) {
        return scene.got.stream().filter(body -> !body.startsWith("m")).toList();
    }

    @Test
    void whatComesOnAStreamThatIsForgottenIsToldAsMissed() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        var ill = scene.ill();
        scene.post(ill.packet(0, List.of(new Open(0, "seldom"), message(0, 0, "one"))));
        for (int packet = 1; packet < 44; packet++) scene.post(opening(ill, packet));
        int got = scene.got.size();
        scene.post(ill.packet(50, List.of(new Open(0, "seldom"), message(0, 1, "two"), message(0, 2, "three"))));
        assertThat(scene.got).hasSize(got);
        assertThat(scene.missed).isEqualTo(2);
    }

    /** Programs that do not say which stream had a name before. */
    @Test
    void streamsOfANameKeepTheirOrderThoughOneIsKnownLate() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        scene.handles = false;
        var ill = scene.ill();
        int packet = 0;
        for (long stream : new long[] {3, 10, 5})
            scene.post(ill.packet(packet++, List.of(new Open(stream, "order"), message(stream, 0, "of " + stream))));
        assertThat(scene.got).containsExactly("of 3");
        scene.end();
        assertThat(scene.got).containsExactly("of 3", "of 5");
        scene.end();
        assertThat(scene.got).containsExactly("of 3", "of 5", "of 10");
    }

    /** The end of a message is lost, and that of its stream, and who uses its name again does not say where that was. */
    @Test
    void aMessageThatWasBegunKeepsItsNameBusyForNoLongerThanAGap() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        Piece first = Piece.first("s", List.of(), new byte[100], 1_000);
        var ill = scene.ill();
        scene.post(
                ill.packet(0, List.of(new Open(3, "order"), new Data(3, 0, List.of(first)))),
                ill.packet(1, List.of(new Open(10, "order"), message(10, 0, "second"))));
        assertThat(scene.got).isEmpty();
        scene.restart();
        scene.pass(OPTIONS.links().patience());
        assertThat(scene.got).containsExactly("second");
        assertThat(scene.missed).isPositive();
        assertThat(scene.pieces()).isZero();
        // What comes later all the same belongs to nothing.
        scene.post(ill.packet(2, new Data(3, 1, List.of(Piece.last(new byte[900])))));
        scene.post(ill.packet(3, message(10, 1, "third")));
        assertThat(scene.got).containsExactly("second", "third");
    }

    @Test
    void anyNumberOfNamesMayWaitForHandlersAndNoneIsLeftInTheStore() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        scene.handles = false;
        var ill = scene.ill();
        int names = 10_000;
        for (int packet = 0; packet < names / 100; packet++) {
            var frames = new ArrayList<Frame>();
            for (int stream = packet * 100 + 1; stream <= packet * 100 + 100; stream++)
                frames.addAll(List.of(
                        new Open(stream, "order-" + stream), new Close(stream, 1), message(stream, 0, "m" + stream)));
            scene.post(ill.packet(packet, frames));
        }
        assertThat(scene.waiting()).isEqualTo(names);
        assertThat(scene.inboxBytes()).isLessThan(1_000);
        scene.restart();
        scene.open.clear();
        scene.got.clear();
        scene.streams.clear();
        scene.post();
        while (!scene.open.isEmpty()) scene.end();
        assertThat(scene.streams).hasSize(names).doesNotHaveDuplicates();
        for (int i = 0; i < names; i++)
            assertThat(scene.streams.get(i))
                    .isEqualTo("order-" + scene.got.get(i).substring(1));
        assertThat(scene.waiting()).isZero();
        assertThat(scene.inboxBytes()).isLessThan(1_000);
    }
}
