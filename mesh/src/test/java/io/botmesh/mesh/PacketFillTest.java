package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Backlog.Flow;
import io.botmesh.wire.Limits;
import io.botmesh.wire.LinkSender;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.Packer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets at the end of what their reader has granted. */
class PacketFillTest {
    private final LinkSender sender = new LinkSender(1, LinkSender.State.fresh(), LinkSender.Options.defaults());
    private final TurnBuilder turn = new TurnBuilder(new MemoryNodeStore());
    private final Backlog backlog = new Backlog(1, turn);
    private long packets;

    /** Leaves only so much of what the streams may send. */
    private void leave(Flow stream, long room) {
        long weight = sender.room(stream.number) - room;
        long from = sender.next(stream.number);
        sender.onPacked(packets++, List.of(new Part(stream.number, from, from + 1, weight, List.of())));
        assertThat(sender.room(stream.number)).isEqualTo(room);
    }

    private Flow stream(String name, int bytes) {
        Flow stream = backlog.make(name);
        backlog.add(stream, "", List.of(), new byte[bytes], new byte[0]);
        return stream;
    }

    private Packer.Filled fill(boolean document, Flow... ready) {
        var fill = new PacketFill(backlog, sender, "anna", new ArrayList<>(), 0);
        Packer.Filled filled = fill.from(List.of(ready), document, document ? 1 << 20 : 7_000);
        sender.onPacked(packets++, fill.parts()); // refuses what is above the credit
        return filled;
    }

    @Test
    void aDocumentTakesWhatJustFits() {
        Flow stream = stream("a", 20);
        leave(stream, 20 + Limits.PIECE_WEIGHT);
        assertThat(fill(true, stream).wholeMessages()).isEqualTo(1);
        assertThat(sender.room(stream.number)).isZero();
    }

    @Test
    void aDocumentTakesTheSmallestShareOfALargeMessage() {
        Flow stream = stream("a", 100_000);
        leave(stream, 1024 + Limits.PIECE_WEIGHT);
        assertThat(fill(true, stream).bytesOfNext()).isPositive();
    }

    @Test
    void littleOfOtherStreamsLeavesTheFirstOneItsShare() {
        Flow first = stream("a", 50_000);
        Flow other = stream("b", 1_170);
        // Others use up the credit of all streams together.
        for (int i = 0; sender.room(first.number) == Limits.FIRST_STREAM_CREDIT; i++) {
            Flow one = backlog.make("c" + i);
            long weight = Math.min(sender.room(one.number), 200_000);
            sender.onPacked(packets++, List.of(new Part(one.number, 0, 1, weight, List.of())));
        }
        leave(first, 1_200);
        assertThat(fill(false, first, other).bytesOfNext()).isPositive();
    }
}
