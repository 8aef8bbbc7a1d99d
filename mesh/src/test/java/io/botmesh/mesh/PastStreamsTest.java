package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.LinkSender.Past;
import org.junit.jupiter.api.Test;

class PastStreamsTest {
    private static final long INCARNATION = 7;

    private final MemoryNodeStore store = new MemoryNodeStore();
    private final TurnBuilder turn = new TurnBuilder(store);
    private final PastStreams past = new PastStreams(INCARNATION, turn);

    /** What the next process knows. */
    private PastStreams next() throws InterruptedException {
        store.commit(turn.take().writes());
        var next = new PastStreams(INCARNATION, new TurnBuilder(store));
        store.each(Kind.PAST, entry -> next.restore(entry.key(), entry.value()));
        return next;
    }

    @Test
    void theLastThreeOfANameAreKeptAlsoForTheNextProcess() throws InterruptedException {
        for (int stream = 1; stream < 5; stream++) past.ended("jobs", stream, 10L * stream);
        past.ended("jobs", 5, 0); // it had no pieces
        past.ended("other", 6, 1);
        var streams = new Past[] {new Past(4, 40), new Past(3, 30), new Past(2, 20)};
        assertThat(past.of("jobs")).containsExactly(streams);
        PastStreams next = next();
        assertThat(next.of("jobs")).containsExactly(streams);
        assertThat(next.of("other")).containsExactly(new Past(6, 1));
        assertThat(next.of("new")).isEmpty();
    }

    @Test
    void aRowWithOneStreamIsReadToo() throws InterruptedException {
        past.restore(new NodeStore.Key(Kind.PAST, INCARNATION, 3), Rows.write(1, out -> {
            out.writeUTF("jobs");
            out.writeLong(20);
        }));
        past.ended("jobs", 4, 1);
        assertThat(past.of("jobs")).containsExactly(new Past(4, 1), new Past(3, 20));
        assertThat(next().of("jobs")).containsExactly(new Past(4, 1), new Past(3, 20));
    }
}
