package io.botmesh.mesh;

import io.botmesh.mesh.NodeEvent.RegisterTrouble;
import io.botmesh.mesh.NodeEvent.RegisterTrouble.Problem;
import io.botmesh.mesh.RegisterSeal.Found;
import io.botmesh.mesh.RegisterSeal.NotTheRegister;
import io.botmesh.wire.Limits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The register of one topic. A reader keeps the highest version that it ever saw. The owner stores a value before it pins it, looks
 * whether it stands there, and puts it back when it does not. Holds no clock and makes no call. Part of {@link NodeRegisters}.
 */
final class RegisterCore {
    /** How often the owner looks whether its value still stands there. */
    static final long OWNER_LOOKS = Duration.ofMinutes(1).toNanos();

    private static final int ATTEMPTS = 5;
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();
    private static final int ROW_VERSION = 1;

    /** What goes on now; one thing at a time. */
    private enum Step {
        IDLE,
        LOOKING,
        FETCHING,
        PINNING
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Wish(long ticket, byte[] value, long after) {}

    private record Trouble(Problem problem, String why) {}

    private final Topic topic;
    private final boolean ours;
    private final RegisterSeal seal;
    private final TurnBuilder turn;
    private final NodeStore.Key row;
    private final Deque<Wish> wishes = new ArrayDeque<>();
    private List<Long> asking = new ArrayList<>(); // by the next look
    private List<Long> asked = new ArrayList<>(); // by the look that goes on
    private @Nullable RegisterValue known;
    private @Nullable Trouble told;
    private Step step = Step.IDLE;
    private boolean writing; // the first wish is what is known
    private int attempts; // at that
    private long every = Long.MAX_VALUE;
    private long lookAt = Long.MAX_VALUE;
    private long restUntil = Long.MIN_VALUE;
    private String seenText = ""; // what stood there when it was opened last
    private @Nullable Found seen;

    RegisterCore(Topic topic, boolean ours, RegisterSeal seal, TurnBuilder turn, NodeStore.Key row) {
        this.topic = topic;
        this.ours = ours;
        this.seal = seal;
        this.turn = turn;
        this.row = row;
    }

    /** Takes back what was stored, if that was of the same owner. */
    void load(long now) {
        byte[] stored = turn.read(row).orElse(null);
        if (stored == null) return;
        byte[] owner = owner();
        known = Rows.<Optional<RegisterValue>>read("a register", ROW_VERSION, stored, in -> {
                    boolean same = Arrays.equals(Rows.readBytes(in), owner);
                    var value = new RegisterValue(in.readLong(), Rows.readBytes(in));
                    return same ? Optional.of(value) : Optional.empty();
                })
                .orElse(null);
        if (ours && known != null) watch(OWNER_LOOKS, now);
    }

    private byte[] owner() {
        var key = seal.owner();
        return key == null ? new byte[0] : key.toBytes();
    }

    // --- what the program wants

    /** Looks now; what is known then is the answer. */
    void look(long ticket) {
        asking.add(ticket);
    }

    /** Looks now, and so often from now on; what is known is told at once. */
    void watch(long every, long now) {
        this.every = Math.min(this.every, every);
        lookAt = now;
        if (known != null) turn.add(new RegisterEffect.Changed(topic.name(), known));
    }

    /**
     * Puts a value there.
     *
     * @param after only in the place of this version, 0 for nothing; negative for whatever is there
     */
    void set(long ticket, byte[] value, long after) {
        wishes.add(new Wish(ticket, value, after));
    }

    /** A value that the owner has just posted. */
    void onPosted(RegisterValue value, long now) {
        if (ours) lookAt = now; // of another process
        else if (isNewer(value)) accept(value);
    }

    /** There are other keys. */
    void onKeys(long now) {
        seen = null;
        seenText = "";
        if (known != null || every < Long.MAX_VALUE) lookAt = now;
    }

    // --- looking

    void pump(long now) {
        if (step != Step.IDLE || now < restUntil) return;
        if (asking.isEmpty() && wishes.isEmpty() && now < lookAt) return;
        step = Step.LOOKING;
        asked = asking;
        asking = new ArrayList<>();
        turn.add(new RegisterEffect.Look(topic.name()));
    }

    long wakeAt() {
        if (step != Step.IDLE) return Long.MAX_VALUE;
        boolean soon = !asking.isEmpty() || !wishes.isEmpty();
        return Math.max(restUntil, soon ? Long.MIN_VALUE : lookAt);
    }

    /** What is pinned, null for nothing. */
    void onSeen(@Nullable Arrival pinned, long now) {
        if (step != Step.LOOKING) return;
        String text = pinned == null ? null : pinned.text();
        if (pinned == null) {
            judge(null, new Trouble(Problem.UNPINNED, "nothing is pinned"), now);
        } else if (text == null) {
            foreign("a post without text", now);
        } else if (seen != null && text.equals(seenText)) {
            judge(seen, null, now);
        } else if (pinned.attachment() == null) {
            seenText = text;
            open(() -> seal.openText(text), now);
        } else if (seal.isAnnounced(text)) {
            seenText = text;
            step = Step.FETCHING;
            turn.add(new RegisterEffect.FetchPinned(topic.name(), pinned.attachment(), Limits.MAX_PACKET_BYTES));
        } else {
            foreign("somebody's document", now);
        }
    }

    /** The document that is pinned. */
    void onSeenWhole(byte[] document, long now) {
        if (step == Step.FETCHING) open(() -> seal.open(document), now);
    }

    /** Nobody could look. */
    void onNotSeen(String why, Optional<Duration> rest, long now) {
        if (step != Step.LOOKING && step != Step.FETCHING) return;
        step = Step.IDLE;
        lookAt = later(now, every);
        var failed = new MeshException.Unreachable("the register of " + topic.name() + " cannot be read: " + why, null);
        for (long ticket : asked) answer(ticket, failed);
        asked = List.of();
        rest(rest.orElse(null), now);
        if (!wishes.isEmpty() && ++attempts >= ATTEMPTS) fail(failed);
    }

    private interface Opening {
        Found open() throws NotTheRegister;
    }

    private void open(Opening opening, long now) {
        try {
            Found found = opening.open();
            seen = found;
            judge(found, null, now);
        } catch (NotTheRegister other) {
            foreign(String.valueOf(other.getMessage()), now);
        }
    }

    private void foreign(String why, long now) {
        seen = null;
        judge(null, new Trouble(Problem.REPLACED, why), now);
    }

    // --- judging

    private void judge(@Nullable Found found, @Nullable Trouble trouble, long now) {
        step = Step.IDLE;
        lookAt = later(now, every);
        RegisterValue value = found == null ? null : found.value();
        RegisterValue before = known;
        if (value != null && !isOlder(value)) {
            boolean other = before != null && !value.equals(before) && (ours || value.version() == before.version());
            tell(other ? new Trouble(Problem.OTHER_OWNER, "somebody else with the owner's key wrote " + value) : null);
            if (!value.equals(before)) accept(value);
        } else if (before != null) {
            tell(value == null ? trouble : new Trouble(Problem.ROLLED_BACK, value + " where " + before + " was"));
        } else if (value == null && trouble != null && trouble.problem == Problem.REPLACED) {
            tell(trouble);
        }
        if (ours) own(found, before, now);
        for (long ticket : asked) answer(ticket, null);
        asked = List.of();
    }

    private boolean isOlder(RegisterValue value) {
        return known != null && value.version() < known.version();
    }

    private boolean isNewer(RegisterValue value) {
        return known == null || value.version() > known.version();
    }

    private void accept(RegisterValue value) {
        known = value;
        byte[] owner = owner();
        turn.put(row, Rows.write(ROW_VERSION, out -> {
            Rows.writeBytes(out, owner);
            out.writeLong(value.version());
            Rows.writeBytes(out, value.value());
        }));
        turn.add(new RegisterEffect.Changed(topic.name(), value));
    }

    private void tell(@Nullable Trouble trouble) {
        if (writing && trouble != null && trouble.problem != Problem.OTHER_OWNER) return; // on its way there
        if (trouble != null && !trouble.equals(told)) {
            String owner = topic.owner();
            turn.add(new NodeEffect.Tell(
                    new RegisterTrouble(owner == null ? "" : owner, topic.name(), trouble.problem, trouble.why)));
        }
        told = trouble;
    }

    private void answer(long ticket, @Nullable MeshException failed) {
        turn.add(new RegisterEffect.Answered(topic.name(), ticket, known, failed));
    }

    // --- the owner

    private void own(@Nullable Found found, @Nullable RegisterValue before, long now) {
        RegisterValue there = found == null ? null : found.value();
        if (writing) {
            if (there != null && there.equals(before)) written();
            else if (there != null && there.equals(known))
                fail(new MeshException.Overtaken(
                        "another process with the key of this node wrote " + there + " of register " + topic.name()));
            else if (attempts >= ATTEMPTS)
                fail(new MeshException.Refused(
                        "what is pinned in the channel of " + topic.name() + " does not stay; it is tried on"));
            else pin();
            return;
        }
        Wish next = wishes.peek();
        RegisterValue mine = known;
        attempts = 0;
        if (next != null) {
            long version = mine == null ? 0 : mine.version();
            if (next.after >= 0 && next.after != version) {
                fail(new MeshException.Overtaken(
                        "register " + topic.name() + " is at version " + version + ", not at " + next.after));
                return;
            }
            writing = true;
            accept(new RegisterValue(version + 1, next.value));
            watch(OWNER_LOOKS, now);
            pin();
        } else if (mine != null && (found == null || !found.value().equals(mine) || !found.current())) {
            pin(); // put back, or sealed to the new key
        }
    }

    private void pin() {
        RegisterValue value = known;
        if (value == null) throw new IllegalStateException("nothing to pin");
        attempts++;
        step = Step.PINNING;
        byte[] packet = seal.seal(value);
        turn.add(new RegisterEffect.Pin(topic.name(), packet, packet.length > Carriers.TEXT_BYTES));
    }

    /** What became of a {@link RegisterEffect.Pin}; whether it stands there is seen by looking. */
    void onPinned(Outcome outcome, long now) {
        if (step != Step.PINNING) return;
        step = Step.IDLE;
        lookAt = later(now, every);
        switch (outcome) {
            case Outcome.Posted posted -> {}
            case Outcome.FloodWait wait -> {
                attempts--;
                restUntil = later(now, wait.retryAfter().toNanos());
                lookAt = restUntil;
            }
            case Outcome.Unreachable down -> rest(null, now);
            case Outcome.Unknown unknown -> rest(null, now);
            case Outcome.Barred barred -> refused(barred.why());
            case Outcome.Refused refused -> refused(refused.why());
            case Outcome.Doubtful doubtful -> refused(doubtful.why());
        }
    }

    private void refused(String why) {
        boolean wished = writing;
        writing = false;
        tell(new Trouble(Problem.NOT_PINNED, why));
        if (wished) fail(new MeshException.Refused("register " + topic.name() + " cannot be pinned: " + why));
    }

    private void written() {
        writing = false;
        attempts = 0;
        answer(wishes.remove().ticket, null);
    }

    private void fail(MeshException why) {
        writing = false;
        attempts = 0;
        answer(wishes.remove().ticket, why);
    }

    private void rest(@Nullable Duration asked, long now) {
        long pause = asked == null ? PAUSE << Math.min(5, attempts) : asked.toNanos();
        restUntil = later(now, pause);
    }

    private static long later(long now, long by) {
        long at = now + by;
        return at < now ? Long.MAX_VALUE : at;
    }
}
