package io.botmesh.sim;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.ReceivedObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are sent: each reaches its handler whole or not at all, and its sender learns which. Programs forget what became of an
 * object when they die, and then send it again.
 */
final class Parcels implements AutoCloseable {
    /** A larger one is refused. */
    static final int MOST_BYTES = 150_000;

    private static final String NAME = "object-";
    private static final String MANIFEST = "bm-object";

    /** An object. */
    record Parcel(long number, String from, String to, int bytes) {
        String name() {
            return NAME + number;
        }
    }

    /** A handler that has an object in hand. */
    static final class Handling {
        private final State of;

        private Handling(State of) {
            this.of = of;
        }
    }

    private static final class State {
        private final Parcel parcel;
        private int sent; // times that it was begun to be sent
        private int begun; // handlers
        private int unflagged; // of these without a word that it may come again
        private int died; // of them, with their process
        private int failed;
        private int managed;
        private @Nullable String outcome; // empty if it was taken

        State(Parcel parcel) {
            this.parcel = parcel;
        }
    }

    private final Violations violations;
    private final boolean losable;
    private final boolean answers;
    private final long seed;
    private final Path root;
    private final Map<Long, State> parcels = new LinkedHashMap<>();
    private final Map<String, List<Handling>> inHand = new HashMap<>();
    private long open;

    /**
     * Makes a folder for all machines' files.
     *
     * @param losable whether an object may be lost that nobody is told of
     * @param answers whether readers say what became of it
     */
    Parcels(Violations violations, boolean losable, boolean answers, long seed) {
        this.violations = violations;
        this.losable = losable;
        this.answers = answers;
        this.seed = seed;
        try {
            root = Files.createTempDirectory("botmesh-sim");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Where a machine puts together what comes. */
    Path folder(String machine) {
        return root.resolve(machine);
    }

    Path file(Parcel parcel) {
        return root.resolve(parcel.name());
    }

    /** One more object. */
    Parcel next(String from, String to, int bytes) {
        var parcel = new Parcel(parcels.size() + 1L, from, to, bytes);
        parcels.put(parcel.number, new State(parcel));
        open++;
        try {
            Files.write(file(parcel), content(parcel));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return parcel;
    }

    private byte[] content(Parcel parcel) {
        byte[] bytes = new byte[parcel.bytes];
        new SplittableRandom(seed ^ parcel.number * 0x9E3779B97F4A7C15L).nextBytes(bytes);
        return bytes;
    }

    /** Objects of a machine of which its programs do not know what became. */
    List<Parcel> unfinished(String from) {
        return parcels.values().stream()
                .filter(state -> state.outcome == null && state.parcel.from.equals(from))
                .map(state -> state.parcel)
                .toList();
    }

    /** A message of an object is on the sender's disk. */
    void onSent(String subject, byte[] body) {
        if (!subject.equals(MANIFEST)) return;
        String text = new String(body, StandardCharsets.UTF_8);
        state(text.substring(text.indexOf('\n') + 1)).sent++;
    }

    private State state(String name) {
        State state = name.startsWith(NAME) ? parcels.get(Long.parseLong(name.substring(NAME.length()))) : null;
        if (state == null) throw new IllegalArgumentException("no object " + name);
        return state;
    }

    // --- handlers

    /** An object reaches a handler. */
    Handling onBegin(String at, ReceivedObject object) {
        State state = state(object.name());
        Parcel parcel = state.parcel;
        if (!parcel.to.equals(at) || !parcel.from.equals(object.from()))
            violations.add("I7", parcel + " came to " + at + " from " + object.from());
        if (object.size() != parcel.bytes || !Arrays.equals(read(object), content(parcel)))
            violations.add("I7", parcel + " came otherwise than it was sent, or in part");
        if (parcel.bytes > MOST_BYTES) violations.add("I7", parcel + " is larger than what is taken");
        if (state.sent == 0) violations.add("I1", parcel + " came, but was never stored");
        if (state.begun >= state.sent + state.failed + state.died)
            violations.add("I2", parcel + " came twice, though no handler had failed and no process had died in one");
        else if (!object.again() && ++state.unflagged > state.sent)
            violations.add("I2", parcel + " came twice and did not say so");
        state.begun++;
        var handling = new Handling(state);
        inHand.computeIfAbsent(at, any -> new ArrayList<>()).add(handling);
        return handling;
    }

    private static byte[] read(ReceivedObject object) {
        try {
            return Files.readAllBytes(object.file());
        } catch (NoSuchFileException gone) {
            return new byte[0];
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    void onManaged(Handling one) {
        one.of.managed++;
        end(one);
    }

    void onFailed(Handling one) {
        one.of.failed++;
        end(one);
    }

    private void end(Handling one) {
        inHand.values().forEach(here -> here.remove(one));
    }

    /** The process has died, or another one has taken its place. */
    void onKilled(String at) {
        List<Handling> here = inHand.remove(at);
        if (here != null) here.forEach(one -> one.of.died++);
    }

    // --- what senders are told

    /**
     * What a sender was told.
     *
     * @param why null if it was taken; where nobody answers, if it was posted
     */
    void onOutcome(Parcel parcel, @Nullable Throwable why) {
        State state = state(parcel.name());
        if (state.outcome == null) open--;
        else return; // of an object that was sent again because a program had not heard
        String words = why == null ? "" : String.valueOf(why.getMessage());
        state.outcome = words;
        if (!answers) return;
        if (why == null && state.managed == 0)
            violations.add("I1", parcel + " is told to be taken, and no handler has managed it");
        if (why != null && !mayRefuse(state, why))
            violations.add("I1", parcel + " was not taken, and nothing was wrong: " + words);
    }

    private static boolean mayRefuse(State state, Throwable why) {
        return why instanceof MeshException.ObjectRefused
                && (state.parcel.bytes > MOST_BYTES || state.failed >= Ledger.ATTEMPTS);
    }

    /** Whether of every object it is known what became of it; where nobody answers, that a handler has managed it. */
    boolean complete() {
        return open == 0 && parcels.values().stream().allMatch(one -> !isOwed(one) || one.managed > 0);
    }

    /** Whether all that is so but for what handlers have in hand. */
    boolean awaitsHandlers() {
        return open == 0 && parcels.values().stream().allMatch(one -> !isOwed(one) || one.begun > 0);
    }

    /** Whether it has to come though nobody says that it did. */
    private boolean isOwed(State state) {
        return !answers && !losable && state.parcel.bytes <= MOST_BYTES;
    }

    /** The full look at the end. */
    void check() {
        for (State state : parcels.values()) {
            Parcel parcel = state.parcel;
            if (state.outcome == null) violations.add("I1", "nobody was told what became of " + parcel);
            else if (isOwed(state) && state.managed == 0)
                violations.add("I1", parcel + " never came, and nothing had destroyed it");
        }
    }

    /** What came of all. */
    SimReport.Objects report() {
        long taken =
                parcels.values().stream().filter(state -> state.managed > 0).count();
        long refused = parcels.values().stream()
                .filter(state -> state.outcome != null && !state.outcome.isEmpty())
                .count();
        return new SimReport.Objects(parcels.size(), taken, refused);
    }

    /** Deletes all files. */
    @Override
    public void close() {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.forEach(all::add);
            for (Path file : all.reversed()) Files.deleteIfExists(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
