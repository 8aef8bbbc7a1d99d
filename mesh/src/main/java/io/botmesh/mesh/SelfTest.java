package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import io.botmesh.runner.Sleeper;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Outgoing;
import io.botmesh.wire.Packer;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sees at the start whether a carrier works at all: whether each writer may post, whether the reader gets what a writer
 * posts, and whether the text is still the same. The hosted service may hide bots' posts from other bots, and what a bot
 * may do in a channel is for people to set up, so each failure says what a human must do. For whoever holds both the
 * reader's token and the writers'; nothing else may read with that token meanwhile.
 *
 * <p>It confirms no update, so nothing that waits for the reader is lost. Its post is a packet for nobody, which readers
 * count and leave alone; it is deleted again.
 */
public final class SelfTest {
    /** What to test. */
    public record Candidate(Carrier.Writers writers, Carrier.Reader reader) {}

    /**
     * What one carrier's test has shown.
     *
     * @param says  one line that names the carrier and says why it works, or what a human must do
     * @param lanes one line for each lane that cannot post, or has more rights than a token that is given away should have
     */
    public record Verdict(String carrier, boolean works, String says, List<String> lanes) {
        public Verdict {
            lanes = List.copyOf(lanes);
        }
    }

    /**
     * The carrier to use.
     *
     * @param chosen   the first that works
     * @param verdicts on it and on those before it
     */
    public record Choice(Candidate chosen, List<Verdict> verdicts) {
        public Choice {
            verdicts = List.copyOf(verdicts);
        }
    }

    /** No reader's; see {@link PacketHeader#labelId}. */
    static final int RECIPIENT = PacketHeader.labelId("self-test");

    /** The server cuts short a poll that repeats another within half a second. */
    private static final Duration BETWEEN_POLLS = Duration.ofMillis(600);

    private final Carrier.Writers writers;
    private final Carrier.Reader reader;
    private final String name;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private final List<String> lanes = new ArrayList<>();
    private boolean packets; // of writers have come

    private SelfTest(Candidate candidate, Duration patience, LongSupplier nanoTime, Sleeper sleeper) {
        writers = candidate.writers;
        reader = candidate.reader;
        name = reader.capabilities().name();
        patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
    }

    /**
     * Takes the first carrier that works.
     *
     * @param candidates in the order of preference, channel posts usually first
     * @param patience   how long a post may take to its reader, at least a second
     * @throws MeshException.Refused     if none works, with a line for each that says what a human must do
     * @throws MeshException.Unreachable if the server does not answer
     */
    public static Choice choose(List<Candidate> candidates, Duration patience) throws InterruptedException {
        List<Verdict> verdicts = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Verdict verdict = of(candidate, patience);
            verdicts.add(verdict);
            if (verdict.works) return new Choice(candidate, verdicts);
        }
        throw new MeshException.Refused(verdicts.stream()
                .flatMap(verdict -> Stream.concat(Stream.of(verdict.says), verdict.lanes.stream()))
                .collect(Collectors.joining("\n")));
    }

    /**
     * Tests one carrier.
     *
     * @throws MeshException.Unreachable if the server does not answer
     */
    public static Verdict of(Candidate candidate, Duration patience) throws InterruptedException {
        return of(candidate, patience, System::nanoTime, Thread::sleep);
    }

    static Verdict of(Candidate candidate, Duration patience, LongSupplier nanoTime, Sleeper sleeper)
            throws InterruptedException {
        if (patience.toSeconds() < 1) throw new IllegalArgumentException("patience: " + patience);
        var test = new SelfTest(candidate, patience, nanoTime, sleeper);
        try {
            return test.run();
        } catch (TransportException trouble) {
            throw Readiness.unreachable(trouble);
        }
    }

    private Verdict run() throws InterruptedException {
        List<Integer> able = new ArrayList<>();
        for (int lane = 0; lane < writers.lanes().size(); lane++) {
            Carrier.Rights rights = writers.rights(lane);
            if (rights.mayPost()) able.add(lane);
            if (!rights.says().isEmpty()) lanes.add(rights.says());
        }
        String deaf = Readiness.ofReader(reader).orElse(null);
        if (deaf != null) return fails(deaf);
        if (able.isEmpty()) return fails("no writer may post; see the lines on each");
        try {
            // Which kinds of update a bot gets is settled by its last poll, before they happen.
            reader.poll(0, 1, Duration.ZERO);
            return probe(able);
        } catch (ApiException.Rejected refused) {
            return fails(Readiness.cannotRead(refused));
        } catch (ApiException.FloodWait wait) {
            return fails("the server asks to wait " + wait.retryAfter().toSeconds() + " s: start again then");
        }
    }

    private Verdict probe(List<Integer> able) throws InterruptedException {
        var random = new SplittableRandom();
        byte[] body = new byte[writers.capabilities().textBytes()];
        random.nextBytes(body);
        byte[] packet = new Packer()
                .pack(
                        PacketHeader.plain(RECIPIENT, random.nextLong(), 0),
                        "",
                        0,
                        0,
                        List.of(Outgoing.of("", List.of(), body)),
                        body.length)
                .packet();
        String why = "";
        for (int lane : able) {
            long began = nanoTime.getAsLong();
            Outcome outcome = writers.post(lane, packet, false);
            LaneId id = writers.lanes().get(lane);
            switch (outcome) {
                case Outcome.Posted posted -> {
                    try {
                        return await(packet, posted.post(), id, began);
                    } finally {
                        tidy(lane, posted.post());
                    }
                }
                case Outcome.Unknown unknown -> {
                    return await(packet, null, id, began);
                }
                case Outcome.Unreachable unreachable ->
                    throw new MeshException.Unreachable(
                            "the API cannot be reached: " + unreachable.why(), unreachable.cause());
                case Outcome.Barred barred -> why = barred.why();
                case Outcome.Refused refused -> why = id + ": " + refused.why();
                case Outcome.Doubtful doubtful -> why = doubtful.why();
                case Outcome.FloodWait wait ->
                    why = id + " is at its limit for " + wait.retryAfter().toSeconds() + " s";
            }
            lanes.add(why);
        }
        return fails("no writer could post: " + why);
    }

    private Verdict await(byte[] packet, @Nullable PostId place, LaneId lane, long began) throws InterruptedException {
        long end = began + patienceNanos;
        boolean crowded = false;
        // The first poll of a round follows the one before so soon that it may be cut short.
        for (int polls = 1; ; polls++) {
            long left = end - nanoTime.getAsLong();
            Duration timeout = Duration.ofSeconds(Math.clamp((left + 999_999_999L) / 1_000_000_000L, 0, 50));
            List<RawUpdate> updates = reader.poll(0, 100, timeout);
            for (RawUpdate update : updates) {
                Verdict verdict = reader.arrival(update)
                        .flatMap(came -> look(came, packet, place, lane, began))
                        .orElse(null);
                if (verdict != null) return verdict;
            }
            crowded |= updates.size() == 100;
            if (polls > 1 && end - nanoTime.getAsLong() <= 0) break;
            sleeper.sleep(BETWEEN_POLLS);
        }
        if (crowded && packets) {
            return works("packets of writers wait for the reader among over 100 updates");
        }
        if (crowded) {
            return fails(
                    "over 100 updates wait for the reader and none of the first is a packet, so the test cannot see"
                            + " its own: let the reader take them, then start again");
        }
        return fails(
                reader.capabilities().shared()
                        ? "a post of writer " + lane + " did not reach the reader within "
                                + patienceNanos / 1_000_000_000L
                                + " s: the server hides bots' posts from other bots, or the reader is not in the channel;"
                                + " make it an administrator there, else switch on Bot-to-Bot mode for reader and"
                                + " writers in @BotFather"
                        : "a message of writer " + lane + " did not reach the reader within "
                                + patienceNanos / 1_000_000_000L
                                + " s: switch on Bot-to-Bot mode for both in @BotFather");
    }

    /** What a post that has come tells: all, if it is ours; that writers' posts come, if it is a packet. */
    private Optional<Verdict> look(Arrival came, byte[] packet, @Nullable PostId place, LaneId lane, long began) {
        String text = came.text();
        if (text == null || came.attachment() != null) return Optional.empty();
        String sent = Carriers.text(packet);
        if (text.equals(sent)) {
            long millis = (nanoTime.getAsLong() - began) / 1_000_000;
            return Optional.of(
                    works("a post of writer " + lane + " reached the reader unchanged after " + millis + " ms"));
        }
        if (reader.capabilities().shared() && came.post().equals(place)) {
            return Optional.of(fails("the text of writer " + lane
                    + " came changed: something between writer and reader rewrites posts, which no packet survives"));
        }
        try {
            packets |= PacketHeader.parse(Armour.decode(text)).recipient() != RECIPIENT;
        } catch (WireException noPacket) {
            // of people
        }
        return Optional.empty();
    }

    /** A probe that stays is no harm. */
    private void tidy(int lane, PostId place) throws InterruptedException {
        try {
            writers.delete(lane, List.of(place.message()));
        } catch (ApiException | TransportException stays) {
            lanes.add(
                    "the test's post " + place.message() + " stays in " + place.channel() + ": " + stays.getMessage());
        }
    }

    private Verdict works(String why) {
        return new Verdict(name, true, name + ": works, " + why, lanes);
    }

    private Verdict fails(String why) {
        return new Verdict(name, false, name + ": does not work, " + why, lanes);
    }
}
