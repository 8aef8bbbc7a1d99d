package io.botmesh.mesh;

import io.botmesh.mesh.Backlog.Flow;
import io.botmesh.wire.LinkSender;
import java.util.Comparator;
import java.util.List;

/**
 * Which streams of an outbox are open. A peer keeps {@link io.botmesh.wire.Limits#STREAMS} at a time, and programs may use any number of
 * names: so streams of which all is done end when others want their place, those first that were used least lately, and others wait. The
 * node's own streams have places of their own. Part of {@link PeerOutbox}.
 */
final class Places {
    /** Of the program; the rest is for the node's own, and for streams that a peer's new memory is to be told the end of. */
    static final int MOST = 240;

    /** From here on idle ones end before others wait for them, as that takes the peer's answer. */
    private static final int MANY = 160;

    private static final int FEW = 80;

    private final Backlog backlog;
    private final LinkSender sender;
    private final PastStreams past;
    private final boolean answers;
    private final int many;

    Places(Backlog backlog, LinkSender sender, PastStreams past, boolean answers) {
        this.backlog = backlog;
        this.sender = sender;
        this.past = past;
        this.answers = answers;
        many = answers ? MANY : MOST; // where nobody answers, the place is free at once
    }

    /** Whether a stream is the node's own, or the first one, which never ends. */
    static boolean isLasting(Flow stream) {
        return stream.name.isEmpty() || Names.isOwn(stream.name);
    }

    /** Opens a stream at once, if its place is nobody else's. */
    void onNew(Flow stream) {
        if (isLasting(stream)) open(stream);
    }

    /** Ends and opens what can be ended and opened now; whether that changed anything that the store should know. */
    boolean pump(long millis) {
        if (backlog.waiting() == 0 && backlog.streams().size() <= many) return false;
        boolean changed = false;
        for (Flow stream : List.copyOf(backlog.streams())) {
            if (!stream.closing || sender.isOpen(stream.number)) continue;
            backlog.forget(stream);
            changed = true;
        }
        changed |= close(millis);
        int taken = taken();
        while (taken < MOST && backlog.waiting() > 0) {
            open(backlog.firstWaiting());
            taken++;
            changed = true;
        }
        return changed;
    }

    private int taken() {
        return (int) backlog.streams().stream().filter(one -> !isLasting(one)).count();
    }

    private boolean close(long millis) {
        List<Flow> going = backlog.streams().stream()
                .filter(stream -> !stream.closing && !isLasting(stream))
                .toList();
        if (taken() + backlog.waiting() <= many) return false;
        long kept = Math.max(0, Math.min(answers ? FEW : MOST, MOST - backlog.waiting()));
        List<Flow> idle = going.stream()
                .filter(stream -> stream.queue.isEmpty() && !sender.isAwaited(stream.number))
                .sorted(Comparator.comparingLong(stream -> stream.served))
                .limit(Math.max(0, going.size() - kept))
                .toList();
        for (Flow stream : idle) {
            sender.close(stream.number, millis);
            backlog.close(stream);
            if (answers) continue;
            past.ended(stream.name, stream.number, sender.next(stream.number));
            backlog.forget(stream); // nobody will say that it has ended
        }
        return !idle.isEmpty();
    }

    private void open(Flow stream) {
        if (!stream.name.isEmpty()) sender.open(stream.number, stream.name, past.of(stream.name));
        backlog.opened(stream);
    }
}
