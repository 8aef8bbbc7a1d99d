package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.LinkReceiver.State;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FormerStreamsTest {
    private static final int MOST_ENDED = 1_000;
    private static final int JOINED = 64;
    private static final int RESTING = 50;

    private final SplittableRandom random = Seed.random("FormerStreamsTest");
    private final TreeSet<Long> open = new TreeSet<>();
    private FormerStreams former = new FormerStreams(State.fresh(1), open);

    /** Holes are forgotten lowest first, and none in which a stream has its place or may go on. */
    @Test
    void thoseHolesAreForgottenThatALookThroughAllOfThemFinds() {
        int joins = 0;
        for (int step = 0; step < 40_000; step++) {
            long stream = random.nextInt(12_000);
            if (open.contains(stream)) {
                open.remove(stream);
                if (random.nextInt(4) == 0) {
                    var in =
                            new ReceiverStream(stream, new StreamReceiver(StreamReceiver.Window.defaults()), List.of());
                    former.rest(in);
                    former.keep(RESTING);
                } else {
                    former.end(stream);
                }
            } else if (!former.hasEnded(stream)) {
                var unused = former.resume(stream);
                open.add(stream);
                if (random.nextInt(4) != 0) {
                    open.remove(stream);
                    former.end(stream);
                }
            }
            List<Span> before = former.ended();
            int going = open.size() + former.resting().size();
            former.join();
            if (before.size() < MOST_ENDED + going) continue;
            assertThat(former.ended()).isEqualTo(joined(before));
            joins++;
            State state = new State(1, 0, List.of(), former.resting(), former.ended(), former.forgotten(), List.of());
            if (random.nextBoolean()) former = new FormerStreams(state, open);
            if (joins % 4 == 0) begin();
        }
        assertThat(joins).isGreaterThan(10);
    }

    /** Else all holes were joined some day. */
    private void begin() {
        open.clear();
        former = new FormerStreams(State.fresh(1), open);
    }

    private List<Span> joined(List<Span> spans) {
        var going = new TreeSet<>(open);
        former.resting().forEach(one -> going.add(one.stream()));
        var all = new SpanSet(spans);
        int joined = 0;
        for (int i = 1; i < spans.size() && joined < JOINED; i++) {
            long first = spans.get(i - 1).until();
            long end = spans.get(i).from();
            if (!going.subSet(first, end).isEmpty()) continue;
            all.add(first, end);
            joined++;
        }
        return new ArrayList<>(all.spans());
    }
}
