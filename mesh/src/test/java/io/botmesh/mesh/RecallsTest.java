package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeStore.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class RecallsTest {
    private static final long CHANNEL = -7;
    private static final long SECOND = 1_000_000_000L;
    private static final Instant BEGAN = Instant.ofEpochSecond(1_700_000_000);
    private static final Instant EARLIER = BEGAN.minusSeconds(86_400);

    private final MemoryNodeStore store = new MemoryNodeStore();
    private TurnBuilder turn = new TurnBuilder(store);
    private long now = 1_700_000_000 * SECOND;
    private Recalls recalls = recalls(1_000);

    private Recalls recalls(int most) {
        var made = new Recalls(most, turn);
        made.load(store, now);
        return made;
    }

    private static PostId post(long message) {
        return new PostId(CHANNEL, message);
    }

    private void commit() throws InterruptedException {
        recalls.save();
        store.commit(turn.take().writes());
    }

    private void restart() throws InterruptedException {
        commit();
        turn = new TurnBuilder(store);
        recalls = recalls(1_000);
    }

    /** The next post that is asked for. */
    private Optional<PostId> asked() {
        now += 200 * SECOND;
        recalls.pump(now);
        return turn.take().effects().stream()
                .map(effect -> ((NodeEffect.Recall) effect).post())
                .findFirst();
    }

    /** Brings back what is asked for as long as something lacks, and says what was opened. */
    private List<Long> walk(LongPredicate older, LongPredicate lacking) {
        var opened = new ArrayList<Long>();
        for (int i = 0; i < 3_000 && lacking.test(opened.size()); i++) {
            recalls.onLacked(List.of(CHANNEL), now);
            PostId one = asked().orElse(null);
            if (one == null) continue;
            if (recalls.onDate(older.test(one.message()) ? EARLIER : BEGAN, now)) continue;
            opened.add(one.message());
            recalls.onDone(now);
        }
        recalls.onLacked(List.of(), now);
        return opened;
    }

    @Test
    void whatWasPostedBeforeTheFirstThatWasHeardComesInOrder() {
        recalls.watch(post(100));
        assertThat(walk(post -> post < 60, opened -> opened < 40))
                .hasSize(40)
                .startsWith(60L, 61L)
                .isSorted()
                .endsWith(99L);
        assertThat(asked()).isEmpty();
        assertThat(recalls.isDone(CHANNEL)).isTrue();
    }

    @Test
    void itIsDoneOnce() {
        recalls.watch(post(100));
        walk(post -> post < 60, opened -> opened < 40);
        assertThat(walk(post -> false, opened -> true)).isEmpty();
    }

    @Test
    void whereItStoppedItGoesOnForAnotherSenderThoughTheProcessHasDied() throws InterruptedException {
        recalls.watch(post(100));
        assertThat(walk(post -> post < 60, opened -> opened < 10)).endsWith(69L);
        restart();
        assertThat(walk(post -> post < 60, opened -> opened < 30))
                .startsWith(70L)
                .endsWith(99L)
                .hasSize(30);
    }

    @Test
    void noMoreAreAskedForThanMayBe() {
        recalls.watch(post(1_000_000));
        List<Long> opened = walk(post -> false, any -> true);
        assertThat(opened).hasSize(1_000).startsWith(999_000L).endsWith(999_999L);
    }

    @Test
    void nothingIsAskedForWhereNothingLacks() {
        recalls.watch(post(100));
        recalls.onLacked(List.of(), now);
        assertThat(asked()).isEmpty();
        assertThat(recalls.wakeAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatMayStillComeByItselfIsWaitedFor() {
        recalls.watch(post(100));
        recalls.onLacked(List.of(CHANNEL), now);
        recalls.pump(now + 30 * SECOND);
        assertThat(turn.take().effects()).isEmpty();
        assertThat(recalls.isDone(CHANNEL)).isFalse();
        assertThat(recalls.wakeAt()).isEqualTo(now + 60 * SECOND);
        recalls.onLacked(List.of(), now + 31 * SECOND);
        recalls.pump(now + 300 * SECOND);
        assertThat(turn.take().effects()).isEmpty();
    }

    @Test
    void postsThatAreGoneEndNoSearch() {
        recalls.watch(post(100));
        var opened = new ArrayList<Long>();
        for (int i = 0; i < 200; i++) {
            recalls.onLacked(List.of(CHANNEL), now);
            PostId one = asked().orElse(null);
            if (one == null) continue;
            boolean gone = one.message() % 2 == 0;
            if (recalls.onDate(gone ? null : one.message() < 60 ? EARLIER : BEGAN, now)) continue;
            if (!gone) opened.add(one.message());
            recalls.onDone(now);
        }
        assertThat(opened).startsWith(61L).hasSize(20).endsWith(99L);
    }

    @Test
    void aSearchThatIsRefusedLooksFurtherBack() {
        recalls.watch(post(3));
        recalls.onLacked(List.of(CHANNEL), now);
        for (int attempt = 0; attempt < 8; attempt++) {
            assertThat(asked()).contains(post(2));
            assertThat(recalls.onFailed(true, 0, now)).isFalse();
        }
        recalls.onLacked(List.of(CHANNEL), now);
        assertThat(asked()).contains(post(1));
    }

    @Test
    void aKeyThatComesWhileAPostIsBroughtBackMakesNoneForgotten() {
        recalls.watch(post(1));
        recalls.onPost(post(4));
        assertThat(asked()).contains(post(2));
        recalls.onUnopened(now);
        assertThat(asked()).contains(post(3));
        recalls.onKeys();
        recalls.onDone(now);
        assertThat(asked()).contains(post(2));
        recalls.onDone(now);
        assertThat(asked()).isEmpty();
        assertThat(recalls.isDone(CHANNEL)).isTrue();
    }

    @Test
    void whatAnEarlierProgramWroteIsReadAndNothingBeforeItLookedFor() throws InterruptedException {
        store.commit(List.of(new NodeStore.Write(new NodeStore.Key(Kind.NODE, 1), Rows.write(1, out -> {
            out.writeInt(1);
            out.writeLong(100);
            out.writeLong(CHANNEL);
            out.writeInt(1);
            out.writeLong(50);
            out.writeLong(52);
        }))));
        recalls = recalls(1_000);
        assertThat(walk(post -> false, opened -> opened < 2)).containsExactly(50L, 51L);
        recalls.onPost(post(102));
        assertThat(walk(post -> false, opened -> opened < 1)).containsExactly(101L);
        assertThat(walk(post -> false, any -> true)).isEmpty();
    }
}
