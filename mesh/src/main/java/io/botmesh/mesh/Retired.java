package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.Reassembler;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Outboxes of strangers that have given up their place among those that are remembered: a digest in the store for each, with what is needed to drop
 * copies of its packets and to go on with its streams. Nothing of them is in memory. Part of {@link NodeCore}.
 */
final class Retired {
    /** So many at most, until no key opens their packets any more. */
    static final int MOST = 1_000_000;

    private static final NodeStore.Key COUNT = new NodeStore.Key(Kind.NODE, 2);

    /** An outbox whose streams need more is not heard again. */
    private static final int MOST_LINK_BYTES = 512;

    private static final int PAGE = 1_000;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(long generation, long next, byte[] link) {
        static Row parse(byte[] value) {
            return Rows.read("an outbox", 1, value, in -> new Row(in.readLong(), in.readLong(), Rows.readBytes(in)));
        }

        byte[] toBytes() {
            return Rows.write(1, out -> {
                out.writeLong(generation);
                out.writeLong(next);
                Rows.writeBytes(out, link);
            });
        }
    }

    private final TurnBuilder turn;
    private final @Nullable SealedOpener opener;
    private final int most;
    private long count;
    private long oldest; // generation of keys since which all that is older was deleted
    private NodeStore.@Nullable Key swept; // up to here
    private boolean sweeping;
    private @Nullable NodeStore store;

    /** @param opener null for packets that are not sealed */
    Retired(TurnBuilder turn, @Nullable SealedOpener opener, int most) {
        this.turn = turn;
        this.opener = opener;
        this.most = most;
    }

    void load(NodeStore store) {
        this.store = store;
        store.read(COUNT)
                .ifPresent(row -> Rows.read("a node", 1, row, in -> {
                    count = in.readLong();
                    oldest = in.readLong();
                    return count;
                }));
        long now = opener == null ? 0 : opener.oldestGeneration();
        sweeping = count > 0 && now > oldest;
        oldest = now;
    }

    boolean hasRoom() {
        return count < most;
    }

    private static NodeStore.Key key(Inboxes.Heard heard) {
        MessageDigest sha = ObjectParts.sha256();
        NodeKey signer = heard.key();
        sha.update(signer == null ? heard.name().getBytes(UTF_8) : signer.toBytes());
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(heard.incarnation()).array());
        ByteBuffer digest = ByteBuffer.wrap(sha.digest());
        return new NodeStore.Key(Kind.RETIRED, digest.getLong(), digest.getLong());
    }

    /** Takes an inbox of which nothing waits. */
    void add(Inboxes.Heard heard, InboxRow inbox) {
        boolean sealed = inbox.window().length > 0;
        byte[] link = inbox.link().length > MOST_LINK_BYTES ? new byte[0] : inbox.link();
        turn.put(
                key(heard),
                new Row(
                                sealed ? SealedOpener.generation(inbox.window()) : 0,
                                sealed ? SealedOpener.next(inbox.window()) : 0,
                                link)
                        .toBytes());
        NodeKey signer = heard.key();
        if (opener != null && signer != null) opener.forget(signer, heard.incarnation());
        count(1);
    }

    /** Whether an outbox is one of these. */
    boolean has(Inboxes.Heard heard) {
        return turn.read(key(heard)).isPresent();
    }

    /** Whether the outbox is one of these and the packet is to be dropped: it has come, or the outbox is not heard again. */
    boolean drops(Inboxes.Heard heard, long packetNumber) {
        Optional<Row> row = turn.read(key(heard)).map(Row::parse);
        return row.isPresent() && (row.get().link.length == 0 || packetNumber < row.get().next);
    }

    /** The outbox is heard again: it goes on where it was. */
    Optional<InboxRow> remove(Inboxes.Heard heard, String name) {
        Row row = turn.read(key(heard)).map(Row::parse).orElse(null);
        if (row == null) return Optional.empty();
        turn.delete(key(heard));
        count(-1);
        NodeKey signer = heard.key();
        byte[] window = new byte[0];
        if (opener != null && signer != null) {
            window = opener.below(row.next, row.generation);
            opener.restore(signer, heard.incarnation(), window);
        }
        List<InboxRow.StreamRow> streams = LinkReceiver.State.parse(row.link).streams().stream()
                .map(one -> new InboxRow.StreamRow(
                        one.stream(), one.name(), one.next(), new TreeMap<>(), 0, new Reassembler.State(0, 0, false)))
                .toList();
        byte[] key = signer == null ? new byte[0] : signer.toBytes();
        byte[] missing = window.length == 0
                ? new byte[0]
                : PeerInbox.missing(row.next, false).toBytes();
        return Optional.of(new InboxRow(
                key, name, "", heard.incarnation(), window, row.link, missing, Collections.emptySortedMap(), streams));
    }

    private void count(long more) {
        count += more;
        turn.put(COUNT, Rows.write(1, out -> {
            out.writeLong(count);
            out.writeLong(sweeping ? -1 : oldest); // what was not swept yet is to be
        }));
    }

    /** Deletes some of those whose packets no key opens any more. */
    void sweep() {
        NodeStore there = store;
        if (!sweeping || there == null) return;
        List<NodeStore.Entry> page = there.list(Kind.RETIRED, swept, PAGE);
        sweeping = page.size() == PAGE;
        if (sweeping) swept = page.getLast().key();
        long gone = 0;
        for (NodeStore.Entry entry : page) {
            if (Row.parse(entry.value()).generation >= oldest
                    || turn.read(entry.key()).isEmpty()) continue;
            turn.delete(entry.key());
            gone++;
        }
        count(-gone);
    }

    /** At once, if there is more to sweep. */
    long wakeAt() {
        return sweeping ? 0 : Long.MAX_VALUE;
    }
}
