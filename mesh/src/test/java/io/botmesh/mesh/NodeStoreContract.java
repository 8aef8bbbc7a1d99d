package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.NodeStore.Entry;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import io.botmesh.wire.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store of a node does. {@link #reopen} is a new process over the same state. */
@Timeout(120)
public abstract class NodeStoreContract {
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final NodeStore.Key KEY = new NodeStore.Key(Kind.PACKET, -7, 3);

    /** A new, empty one; of several, each is another node's. */
    protected abstract NodeStore open();

    /** Closes it and opens what it left. */
    protected abstract NodeStore reopen(NodeStore store);

    protected static Write put(NodeStore.Key key, String value) {
        return new Write(key, value.getBytes(UTF_8));
    }

    protected static Write delete(NodeStore.Key key) {
        return new Write(key, null);
    }

    protected static @Nullable String text(NodeStore store, NodeStore.Key key) {
        return store.read(key).map(value -> new String(value, UTF_8)).orElse(null);
    }

    /** All values of all kinds, read in pages of that size. */
    protected static Map<NodeStore.Key, String> all(NodeStore store, int page) {
        var all = new TreeMap<NodeStore.Key, String>();
        for (Kind kind : Kind.values()) {
            NodeStore.Key after = null;
            List<Entry> entries;
            do {
                entries = store.list(kind, after, page);
                assertThat(entries).hasSizeLessThanOrEqualTo(page);
                for (Entry entry : entries) {
                    assertThat(after == null || after.compareTo(entry.key()) < 0)
                            .isTrue();
                    after = entry.key();
                    all.put(after, new String(entry.value(), UTF_8));
                }
            } while (entries.size() == page);
        }
        return all;
    }

    @Test
    void whatWasWrittenIsReadAlsoByTheNextProcess() throws Exception {
        NodeStore store = open();
        assertThat(store.read(KEY)).isEmpty();
        store.commit(List.of(put(KEY, "value"), put(new NodeStore.Key(Kind.NODE, 0), "")));
        assertThat(text(store, KEY)).isEqualTo("value");
        NodeStore next = reopen(store);
        assertThat(text(next, KEY)).isEqualTo("value");
        assertThat(text(next, new NodeStore.Key(Kind.NODE, 0))).isEmpty();
        next.commit(List.of());
        next.commit(List.of(put(KEY, "other")));
        assertThat(text(next, KEY)).isEqualTo("other");
        next.commit(List.of(delete(KEY), delete(new NodeStore.Key(Kind.READY, 1))));
        assertThat(text(next, KEY)).isNull();
        assertThat(text(reopen(next), KEY)).isNull();
    }

    @Test
    void theLaterWriteOfAKeyCounts() throws Exception {
        NodeStore store = open();
        var other = new NodeStore.Key(Kind.PACKET, -7, 4);
        store.commit(
                List.of(put(KEY, "a"), delete(KEY), put(KEY, "b"), put(other, "x"), put(other, "y"), delete(other)));
        assertThat(text(store, KEY)).isEqualTo("b");
        assertThat(text(store, other)).isNull();
    }

    @Test
    void aListIsInTheOrderOfItsKeysAndEndsWithItsKind() throws Exception {
        NodeStore store = open();
        var numbers = List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE);
        var keys = new ArrayList<NodeStore.Key>();
        for (long a : numbers)
            for (long b : numbers) for (long c : numbers) keys.add(new NodeStore.Key(Kind.PIECE, a, b, c));
        var writes = new ArrayList<Write>();
        for (NodeStore.Key key : keys) writes.add(put(key, key.toString()));
        writes.add(put(new NodeStore.Key(Kind.INBOX, Long.MAX_VALUE), "before"));
        writes.add(put(new NodeStore.Key(Kind.READY, Long.MIN_VALUE), "behind"));
        Collections.shuffle(writes, new Random(7));
        store.commit(writes);
        NodeStore next = reopen(store);
        assertThat(next.list(Kind.PIECE, null, 1_000)).extracting(Entry::key).containsExactlyElementsOf(keys);
        assertThat(next.list(Kind.PIECE, null, 1_000))
                .allMatch(entry ->
                        new String(entry.value(), UTF_8).equals(entry.key().toString()));
        assertThat(next.list(Kind.PIECE, keys.get(30), 50))
                .extracting(Entry::key)
                .containsExactlyElementsOf(keys.subList(31, 81));
        assertThat(next.list(Kind.PIECE, keys.getLast(), 1)).isEmpty();
        assertThat(next.list(Kind.PATTERN, null, 1)).isEmpty();
        assertThat(all(next, 7)).hasSize(keys.size() + 2);
        assertThatThrownBy(() -> next.list(Kind.PIECE, null, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> next.list(Kind.PIECE, KEY, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyThatIsNotThereAnyMoreStillSaysWhereAListGoesOn() throws Exception {
        NodeStore store = open();
        for (long a = 0; a < 4; a++) store.commit(List.of(put(new NodeStore.Key(Kind.READY, a), "v" + a)));
        store.commit(List.of(delete(new NodeStore.Key(Kind.READY, 1))));
        assertThat(store.list(Kind.READY, new NodeStore.Key(Kind.READY, 1), 9))
                .extracting(entry -> entry.key().a())
                .containsExactly(2L, 3L);
    }

    @Test
    void strangersRestInItWhenNothingOfThemWaitsAndNoCopyOfTheirPacketsIsTakenEver() throws Exception {
        NodeStore store = open();
        var scene = new StrangerScene(store, new NodeOptions.Strangers(6, 2, 1 << 20, 0));
        var strangers = new ArrayList<StrangerScene.Stranger>();
        var first = new ArrayList<byte[]>();
        for (int i = 0; i < 6; i++) {
            strangers.add(scene.new Stranger());
            first.add(strangers.get(i).packet(0, "first of " + i));
            scene.post(first.get(i));
            assertThat(scene.awake()).isLessThanOrEqualTo(2);
        }
        assertThat(scene.got).hasSize(6);
        assertThat(scene.rows()).isEqualTo(6);

        for (int process = 1; process <= 2; process++) {
            for (byte[] copy : first) scene.post(copy);
            assertThat(scene.got).hasSize(6);
            assertThat(scene.refused("REPLAYED")).isEqualTo(6);
            if (process == 2) break;
            store = reopen(store);
            scene.restart(store);
            assertThat(scene.awake()).isZero();
        }

        // Whoever rested goes on where it was, in order: what comes too early waits.
        var one = strangers.getFirst();
        scene.post(one.packet(2, "third"));
        assertThat(scene.got).hasSize(6);
        scene.post(one.packet(1, "second"));
        assertThat(scene.got).endsWith("second", "third").hasSize(8);

        scene.post(scene.new Stranger().packet(0, "one too many"));
        assertThat(scene.got).hasSize(8);
        assertThat(scene.refused("LIMIT_STRANGERS")).isEqualTo(1);
        assertThat(scene.rows()).isEqualTo(6);
        scene.post(strangers.get(5).packet(1, "known by now"));
        assertThat(scene.got).endsWith("known by now");
    }

    @Test
    void strangersThatNobodyRemembersGoOnWhereTheyWereAndNoCopyOfTheirPacketsIsTakenEver() throws Exception {
        NodeStore store = open();
        var scene = new StrangerScene(store, new NodeOptions.Strangers(3, 2, 1 << 20, 7));
        var strangers = new ArrayList<StrangerScene.Stranger>();
        var first = new ArrayList<byte[]>();
        for (int i = 0; i < 10; i++) {
            strangers.add(scene.new Stranger());
            first.add(strangers.get(i).packet(0, "first of " + i));
            scene.post(first.get(i));
        }
        assertThat(scene.got).hasSize(10);
        assertThat(scene.rows()).isEqualTo(3);
        assertThat(store.list(NodeStore.Kind.RETIRED, null, 100)).hasSize(7);
        scene.post(scene.new Stranger().packet(0, "one too many"));
        assertThat(scene.refused("LIMIT_STRANGERS")).isEqualTo(1);

        for (int process = 1; process <= 2; process++) {
            for (byte[] copy : first) scene.post(copy);
            assertThat(scene.got).hasSize(10);
            assertThat(scene.refused("REPLAYED")).isEqualTo(10);
            store = reopen(store);
            scene.restart(store);
        }

        var one = strangers.getFirst();
        byte[] third = one.packet(2, "third");
        scene.post(third); // it takes the place of another one
        assertThat(scene.got).hasSize(10);
        scene.post(one.packet(1, "second"));
        assertThat(scene.got).endsWith("second", "third").hasSize(12);
        scene.post(first.getFirst(), third);
        assertThat(scene.got).hasSize(12);
        assertThat(scene.rows()).isEqualTo(3);
        assertThat(store.list(NodeStore.Kind.RETIRED, null, 100)).hasSize(7);

        scene.newKey();
        store = reopen(store);
        scene.restart(store);
        for (byte[] copy : first) scene.post(copy);
        assertThat(scene.got).hasSize(12);
        assertThat(store.list(NodeStore.Kind.RETIRED, null, 100)).isEmpty();
        assertThat(scene.rows()).isZero();
        for (int i = 0; i < 10; i++) scene.post(scene.new Stranger().packet(0, "new " + i));
        assertThat(scene.got).hasSize(22);
    }

    @Test
    void whatAStrangerBeganGivesWayToAnotherWhoIsHeardLater() throws Exception {
        NodeStore store = open();
        var scene = new StrangerScene(store, new NodeOptions.Strangers(9, 2, 1 << 20));
        var one = scene.new Stranger();
        var two = scene.new Stranger();
        scene.post(one.packet(1, "behind a gap"));
        byte[] begun = "begun, ".getBytes(UTF_8);
        scene.post(two.packet(0, Piece.first("s", List.of(), begun, begun.length + 5)));
        scene.post(scene.new Stranger().packet(0, "room"));
        assertThat(scene.got).containsExactly("room");
        assertThat(scene.missed).isEqualTo(2);

        store = reopen(store);
        scene.restart(store);
        scene.post(two.packet(1, Piece.last("ended".getBytes(UTF_8))), one.packet(0, "before it"));
        scene.post(one.packet(2, "goes on"));
        assertThat(scene.got).containsExactly("room", "begun, ended", "goes on");
    }

    @Test
    void strangersWhoseMessagesWaitForHandlersDoNotRest() throws Exception {
        NodeStore store = open();
        var scene = new StrangerScene(store, new NodeOptions.Strangers(9, 2, 1 << 20));
        scene.handles = false;
        scene.post(scene.new Stranger().packet(0, "one"), scene.new Stranger().packet(0, "two"));
        var three = scene.new Stranger();
        scene.post(three.packet(0, "three"));
        assertThat(scene.refused("LIMIT_STRANGERS")).isEqualTo(1);
        scene.end();
        scene.post(three.packet(0, "three"));
        assertThat(scene.got).containsExactly("one", "two", "three");
    }

    @Test
    void soManyBytesOfStrangersWaitAndWhatWasRefusedMayComeAgain() throws Exception {
        NodeStore store = open();
        var scene = new StrangerScene(store, new NodeOptions.Strangers(9, 9, 10_000));
        scene.handles = false;
        var one = scene.new Stranger();
        var two = scene.new Stranger();
        byte[] second = two.packet(0, "b".repeat(6_000));
        scene.post(one.packet(0, "a".repeat(6_000)), second);
        assertThat(scene.got).hasSize(1);
        assertThat(scene.refused("LIMIT_STRANGER_BYTES")).isEqualTo(1);
        assertThat(scene.rows()).isEqualTo(1);

        store = reopen(store); // what waits is handed out again, and still counts
        scene.restart(store);
        scene.open.clear();
        scene.post(second);
        assertThat(scene.refused("LIMIT_STRANGER_BYTES")).isEqualTo(1);
        scene.end();
        scene.post(second);
        assertThat(scene.got).hasSize(3).endsWith("b".repeat(6_000));
    }

    @Test
    void whatNoKeyOpensAnyMoreIsForgotten() throws Exception {
        NodeStore store = open();
        var scene = new StrangerScene(store, new NodeOptions.Strangers(2, 2, 1 << 20));
        byte[] old = scene.new Stranger().packet(0, "old");
        scene.post(old, scene.new Stranger().packet(0, "also old"));
        scene.newKey();
        store = reopen(store);
        scene.restart(store);
        scene.post(old);
        assertThat(scene.got).hasSize(2);
        assertThat(scene.rows()).isZero();
        scene.post(scene.new Stranger().packet(0, "new"));
        assertThat(scene.got).endsWith("new");
    }

    @Test
    void aCommitThatFailsLeavesNothing() throws Exception {
        NodeStore store = open();
        store.commit(List.of(put(KEY, "kept")));
        assertThatThrownBy(() -> store.commit(broken())).isInstanceOf(NullPointerException.class);
        assertThat(all(store, 9)).isEqualTo(Map.of(KEY, "kept"));
        store.commit(List.of(put(KEY, "goes on")));
        assertThat(all(reopen(store), 9)).isEqualTo(Map.of(KEY, "goes on"));
    }

    @NullUnmarked
    private static List<Write> broken() {
        return Arrays.asList(put(new NodeStore.Key(Kind.NODE, 1), "new"), delete(KEY), null);
    }

    @Test
    void anInterruptStopsACommitBeforeItBeginsOrNotAtAll() throws Exception {
        NodeStore store = open();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.commit(List.of(put(KEY, "never")))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(text(store, KEY)).isNull();
        store.commit(List.of(put(KEY, "then")));
        Thread.currentThread().interrupt();
        assertThat(text(store, KEY)).isEqualTo("then");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aValueMayBeAsLargeAsTheLargestPacket() throws Exception {
        NodeStore store = open();
        byte[] large = new byte[19 << 20];
        new Random(1).nextBytes(large);
        byte[] other = large.clone();
        other[other.length - 1]++;
        store.commit(List.of(new Write(KEY, large), new Write(new NodeStore.Key(Kind.PACKET, -7, 4), other)));
        NodeStore next = reopen(store);
        assertThat(next.read(KEY).orElseThrow()).isEqualTo(large);
        assertThat(next.list(Kind.PACKET, KEY, 1).getFirst().value()).isEqualTo(other);
        next.commit(List.of(new Write(KEY, new byte[] {1}), delete(new NodeStore.Key(Kind.PACKET, -7, 4))));
        assertThat(next.read(KEY).orElseThrow()).containsExactly(1);
    }

    @Test
    void aHundredThousandValuesAreWrittenListedAndDeleted() throws Exception {
        NodeStore store = open();
        int count = 100_000;
        var writes = new ArrayList<Write>();
        for (int i = 0; i < count; i++) {
            writes.add(put(new NodeStore.Key(Kind.READY, i % 10, i), "value " + i));
            if (writes.size() == count / 4) {
                store.commit(writes);
                writes.clear();
            }
        }
        NodeStore next = reopen(store);
        Map<NodeStore.Key, String> all = all(next, 1_000);
        assertThat(all).hasSize(count);
        assertThat(all.get(new NodeStore.Key(Kind.READY, 9, count - 1))).isEqualTo("value " + (count - 1));
        next.commit(all.keySet().stream().map(NodeStoreContract::delete).toList());
        assertThat(all(next, 1_000)).isEmpty();
    }

    @Test
    void doesWhatAMapDoes() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println(getClass().getSimpleName() + " seed " + seed);
        var random = new Random(seed);
        NodeStore store = open();
        var map = new TreeMap<NodeStore.Key, String>();
        for (int round = 0; round < 150; round++) {
            var writes = new ArrayList<Write>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                var key = new NodeStore.Key(
                        KINDS.get(random.nextInt(KINDS.size())), random.nextInt(3) - 1, random.nextInt(3), 0);
                if (random.nextInt(3) == 0) {
                    writes.add(delete(key));
                    map.remove(key);
                } else {
                    String value = "v".repeat(random.nextInt(5_000));
                    writes.add(put(key, value));
                    map.put(key, value);
                }
            }
            store.commit(writes);
            if (random.nextInt(30) == 0) store = reopen(store);
            if (round % 10 == 0)
                assertThat(all(store, 1 + random.nextInt(9)))
                        .as("seed %d", seed)
                        .isEqualTo(map);
        }
        assertThat(all(store, 1_000)).as("seed %d", seed).isEqualTo(map);
    }

    @Test
    void twoNodesKnowNothingOfEachOther() throws Exception {
        NodeStore one = open();
        NodeStore other = open();
        one.commit(List.of(put(KEY, "one")));
        other.commit(List.of(put(KEY, "other")));
        one.commit(List.of(delete(KEY)));
        assertThat(text(other, KEY)).isEqualTo("other");
        assertThat(all(one, 9)).isEmpty();
        other.close();
        one.commit(List.of(put(KEY, "goes on")));
    }

    @Test
    void aClosedOneSaysSo() throws Exception {
        NodeStore store = open();
        store.commit(List.of(put(KEY, "kept")));
        NodeStore next = reopen(store);
        store.close();
        assertThatThrownBy(() -> store.commit(List.of(put(KEY, "late"))))
                .isInstanceOf(MeshException.Unusable.class)
                .hasMessageContaining("closed")
                .message()
                .doesNotContain("\n");
        assertThatThrownBy(() -> store.read(KEY)).isInstanceOf(MeshException.Unusable.class);
        assertThatThrownBy(() -> store.list(Kind.PACKET, null, 1)).isInstanceOf(MeshException.Unusable.class);
        assertThat(text(next, KEY)).isEqualTo("kept");
    }
}
